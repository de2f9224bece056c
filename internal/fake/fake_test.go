package fake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const (
	arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:Billing-AbCdEf"
	one = "10000000-0000-0000-0000-000000000001"
	two = "10000000-0000-0000-0000-000000000002"
)

// ask makes one call and returns its answer, or the error's code.
func ask(t *testing.T, handler http.Handler, operation, body string) map[string]any {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	var answer map[string]any
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	return answer
}

func refused(t *testing.T, answer map[string]any, code string) {
	t.Helper()
	if got := answer["__type"]; got != code {
		t.Errorf("answer %v, want %s", answer, code)
	}
}

func TestCognitoKeepsItsLimits(t *testing.T) {
	c := &Cognito{}
	first := c.Add("billing", true)
	const in = `{"UserPoolId":"p","ClientId":"billing"}`
	refused(t, ask(t, c, "DeleteUserPoolClientSecret", `{"UserPoolId":"p","ClientId":"billing","ClientSecretId":"billing--1"}`), "InvalidParameterException")
	made := ask(t, c, "AddUserPoolClientSecret", in)["ClientSecretDescriptor"].(map[string]any)
	second := made["ClientSecretValue"].(string)
	if !c.Works("billing", first) || !c.Works("billing", second) || first == second {
		t.Error("two secrets do not work side by side")
	}
	refused(t, ask(t, c, "AddUserPoolClientSecret", in), "LimitExceededException")
	if text := fmt.Sprint(ask(t, c, "ListUserPoolClientSecrets", in)); strings.Contains(text, second) || strings.Count(text, "ClientSecretId") != 2 {
		t.Errorf("list %s, want two ids and no value", text)
	}
	refused(t, ask(t, c, "DeleteUserPoolClientSecret", `{"ClientId":"billing","ClientSecretId":"x"}`), "ResourceNotFoundException")
	ask(t, c, "DeleteUserPoolClientSecret", `{"ClientId":"billing","ClientSecretId":"billing--1"}`)
	if c.Works("billing", first) || !c.Works("billing", second) || c.Count("billing") != 1 {
		t.Error("after the removal of the first secret the second alone does not work")
	}
	refused(t, ask(t, c, "AddUserPoolClientSecret", `{"ClientId":"other"}`), "ResourceNotFoundException")
	refused(t, ask(t, c, "CreateUserPool", in), "UnknownOperationException")
}

// endpoint asks the token endpoint and returns its body.
func endpoint(t *testing.T, c *Cognito, secret, form string) string {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/token", strings.NewReader(form))
	request.SetBasicAuth("billing", secret)
	recorder := httptest.NewRecorder()
	c.Token().ServeHTTP(recorder, request)
	return recorder.Body.String()
}

func TestTheTokenEndpointTakesSecretsThatWork(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	c := &Cognito{Now: func() time.Time { return now }, Delay: time.Minute}
	first := c.Add("billing", true)
	made := ask(t, c, "AddUserPoolClientSecret", `{"ClientId":"billing"}`)["ClientSecretDescriptor"].(map[string]any)["ClientSecretValue"].(string)
	for _, test := range []struct{ secret, form, want string }{
		{first, "grant_type=client_credentials", "access_token"},
		{made, "grant_type=client_credentials", "invalid_client"}, // not yet
		{"wrong", "grant_type=client_credentials", "invalid_client"},
		{first, "grant_type=authorization_code&code=x&redirect_uri=y", "invalid_grant"},
		{first, "grant_type=authorization_code&code=x", "invalid_request"},
		{first, "grant_type=password", "unsupported_grant_type"},
	} {
		if got := endpoint(t, c, test.secret, test.form); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s, want %s", test.form, got, test.want)
		}
	}
	now = now.Add(time.Minute)
	if got := endpoint(t, c, made, "grant_type=client_credentials"); !strings.Contains(got, "access_token") {
		t.Errorf("after the delay: %s", got)
	}
	web := &Cognito{}
	if got := endpoint(t, web, web.Add("billing", false), "grant_type=client_credentials"); !strings.Contains(got, "unauthorized_client") {
		t.Errorf("a web client: %s", got)
	}
}

func TestUnknownCallsGoOnToTheCloud(t *testing.T) {
	var asked []string
	cloud := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, secret, _ := r.BasicAuth()
		asked = append(asked, r.Header.Get("X-Amz-Target")+" "+secret+" "+string(body))
		switch {
		case r.URL.Path == "/token":
			fmt.Fprint(w, `{"access_token":"of the cloud"}`)
		case strings.Contains(string(body), "billing"):
			fmt.Fprint(w, `{"UserPoolClient":{"ClientId":"billing","ClientSecret":"made-by-the-cloud","ClientName":"Billing"}}`)
		default:
			fmt.Fprint(w, `{"elsewhere":true}`)
		}
	}))
	defer cloud.Close()
	c := &Cognito{Cloud: cloud.URL, CloudToken: cloud.URL + "/token"}
	if answer := ask(t, c, "CreateUserPool", `{"PoolName":"p"}`); answer["elsewhere"] != true {
		t.Errorf("answer %v, want the cloud's", answer)
	}
	made := ask(t, c, "AddUserPoolClientSecret", `{"UserPoolId":"p","ClientId":"billing"}`)["ClientSecretDescriptor"].(map[string]any)
	told := ask(t, c, "DescribeUserPoolClient", `{"UserPoolId":"p","ClientId":"billing"}`)["UserPoolClient"].(map[string]any)
	if told["ClientSecret"] != "made-by-the-cloud" || told["ClientName"] != "Billing" || !c.Works("billing", "made-by-the-cloud") {
		t.Errorf("client %v, want the cloud's with its secret", told)
	}
	if got := endpoint(t, c, made["ClientSecretValue"].(string), "grant_type=client_credentials"); !strings.Contains(got, "of the cloud") {
		t.Errorf("token %s, want the cloud's", got)
	}
	if last := asked[len(asked)-1]; last != " made-by-the-cloud grant_type=client_credentials" {
		t.Errorf("the cloud was asked %q, want the secret that it knows", last)
	}
	if got := endpoint(t, c, "wrong", "grant_type=client_credentials"); !strings.Contains(got, "invalid_client") {
		t.Errorf("a wrong secret: %s", got)
	}
}

func TestStagingLabelsMoveAsDocumented(t *testing.T) {
	m := &SecretsManager{}
	m.Create(arn, "old")
	old := m.Version(arn, "AWSCURRENT")
	call := func(operation, members string) map[string]any {
		return ask(t, m, operation, `{"SecretId":"`+arn+`"`+members+`}`)
	}
	if err := m.Rotate(arn, one); err != nil {
		t.Fatal(err)
	}
	refused(t, call("GetSecretValue", `,"VersionId":"`+one+`"`), "ResourceNotFoundException") // it is empty
	if err := m.Rotate(arn, two); err == nil {
		t.Error("a rotation begins while another one goes on")
	}
	call("PutSecretValue", `,"ClientRequestToken":"`+one+`","SecretString":"new","VersionStages":["AWSPENDING"]`)
	call("PutSecretValue", `,"ClientRequestToken":"`+one+`","SecretString":"new","VersionStages":["AWSPENDING"]`)
	refused(t, call("PutSecretValue", `,"ClientRequestToken":"`+one+`","SecretString":"other"`), "ResourceExistsException")
	refused(t, call("UpdateSecretVersionStage", `,"VersionStage":"AWSCURRENT","MoveToVersionId":"`+one+`"`), "InvalidParameterException")
	refused(t, call("UpdateSecretVersionStage", `,"VersionStage":"AWSCURRENT","MoveToVersionId":"`+two+`","RemoveFromVersionId":"`+old+`"`), "ResourceNotFoundException")
	call("UpdateSecretVersionStage", `,"VersionStage":"AWSCURRENT","MoveToVersionId":"`+one+`","RemoveFromVersionId":"`+old+`"`)
	if m.Version(arn, "AWSCURRENT") != one || m.Version(arn, "AWSPREVIOUS") != old || m.Version(arn, "AWSPENDING") != "" {
		t.Errorf("labels at %q, %q, %q", m.Version(arn, "AWSCURRENT"), m.Version(arn, "AWSPREVIOUS"), m.Version(arn, "AWSPENDING"))
	}
	m.KeepPending = true
	if err := m.Rotate(arn, two); err != nil {
		t.Fatal(err)
	}
	call("PutSecretValue", `,"ClientRequestToken":"`+two+`","SecretString":"newer"`)
	if m.Version(arn, "AWSCURRENT") != two || m.Version(arn, "AWSPENDING") != two || m.Version(arn, "AWSPREVIOUS") != one {
		t.Errorf("labels at %q, %q, %q", m.Version(arn, "AWSCURRENT"), m.Version(arn, "AWSPENDING"), m.Version(arn, "AWSPREVIOUS"))
	}
	if stages := call("DescribeSecret", "")["VersionIdsToStages"].(map[string]any); len(stages) != 2 {
		t.Errorf("stages %v, want those of two versions: %s has no label any more", stages, old)
	}
	refused(t, ask(t, m, "DescribeSecret", `{"SecretId":"x"}`), "ResourceNotFoundException")
}
