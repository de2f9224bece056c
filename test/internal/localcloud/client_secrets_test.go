package localcloud

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheCloudSaysWhoMayMakeTheCallsOfTheFake(t *testing.T) {
	for _, c := range []struct {
		name, operation, said string
		status                int
		asked, handed         bool
	}{
		{"a call that the cloud does not know", "AddUserPoolClientSecret", `{"__type":"InvalidAction"}`, 400, true, true},
		{"one that the caller may not make", "AddUserPoolClientSecret", `{"__type":"AccessDeniedException"}`, 400, true, false},
		{"one without a good signature", "ListUserPoolClientSecrets", `{"__type":"InvalidSignatureException"}`, 403, true, false},
		{"an answer that cannot be read", "DeleteUserPoolClientSecret", `oops`, 500, true, false},
		{"a call that the cloud knows", "DescribeUserPoolClient", `{}`, 200, true, true},
		{"a call that goes on to the cloud anyway", "CreateUserPool", ``, 0, false, true},
	} {
		asked, handed := false, false
		cloud := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = true
			body, _ := io.ReadAll(r.Body)
			if string(body) != "input" || r.Host != "signed.example" || r.Header.Get("Authorization") != "signature" {
				t.Errorf("%s: the cloud was asked with %q of %q, %q", c.name, body, r.Host, r.Header)
			}
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.said)
		}))
		next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			handed = string(body) == "input"
		})
		request := httptest.NewRequest(http.MethodPost, "http://signed.example/", strings.NewReader("input"))
		request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+c.operation)
		request.Header.Set("Authorization", "signature")
		recorder := httptest.NewRecorder()
		allowed(cloud.URL, next).ServeHTTP(recorder, request)
		cloud.Close()
		if asked != c.asked || handed != c.handed {
			t.Errorf("%s: the cloud was asked: %v, the fake: %v, want %v, %v", c.name, asked, handed, c.asked, c.handed)
		}
		if !handed && (recorder.Code != c.status || recorder.Body.String() != c.said) {
			t.Errorf("%s: answered %d %q, want what the cloud said", c.name, recorder.Code, recorder.Body)
		}
	}
}
