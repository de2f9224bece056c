package localcloud

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestAPortInUseIsOneClearLine(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, err = pickPort(listener.Addr().(*net.TCPAddr).Port)
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "choose another") {
		t.Errorf("pickPort of a port in use = %v, want one line that says what to do", err)
	}
}

func TestAPortOutOfRangeIsRefused(t *testing.T) {
	for _, port := range []int{-1, 65536} {
		if _, err := pickPort(port); err == nil {
			t.Errorf("pickPort(%d) = nil, want an error", port)
		}
	}
}

func TestNodeTooOldIsOneClearLine(t *testing.T) {
	for _, version := range []string{"v18.19.1", "v0.10.0", "", "19", "garbage"} {
		err := checkNodeVersion(version)
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "install Node.js 20") {
			t.Errorf("checkNodeVersion(%q) = %v, want one line that says what to install", version, err)
		}
	}
	for _, version := range []string{"v20.0.0", "v24.1.0"} {
		if err := checkNodeVersion(version); err != nil {
			t.Errorf("checkNodeVersion(%q) = %v, want nil", version, err)
		}
	}
}

func TestToolsThatAreNotSetUpAreALineEach(t *testing.T) {
	err := CheckTools(t.TempDir())
	if err == nil {
		t.Fatal("CheckTools of an empty folder = nil, want an error")
	}
	for _, want := range []string{
		filepath.Join(".tools", "python", "bin", "python") + " is missing: run make setup",
		filepath.Join(".tools", "node", "node_modules", ".bin", "cdk") + " is missing: run make setup",
	} {
		if !slices.Contains(strings.Split(err.Error(), "\n"), want) {
			t.Errorf("CheckTools = %q, want the line %q", err, want)
		}
	}
}

func TestTheRootIsFoundFromBelowAndNotFromElsewhere(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Errorf("Root() = %q, which has no go.mod", root)
	}
	t.Chdir(t.TempDir())
	if root, err := Root(); err == nil {
		t.Errorf("Root() outside a checkout = %q, want an error", root)
	}
}

func TestTheCommandLineSeesNoAWSAccountOfTheCaller(t *testing.T) {
	c := &Cloud{port: 4566}
	environment := c.cdkEnvironment([]string{
		"PATH=/bin", "AWS_PROFILE=production", "AWS_ACCESS_KEY_ID=real", "CDK_DEFAULT_ACCOUNT=1", "no_proxy=registry.example",
	})
	for _, variable := range environment {
		for _, unwanted := range []string{"production", "real", "CDK_DEFAULT_ACCOUNT"} {
			if strings.Contains(variable, unwanted) {
				t.Errorf("environment has %q", variable)
			}
		}
	}
	for _, want := range []string{
		"PATH=/bin",
		"AWS_ENDPOINT_URL=http://127.0.0.1:4566",
		"AWS_CONFIG_FILE=" + os.DevNull,
		"NO_PROXY=127.0.0.1,localhost,registry.example",
	} {
		if !slices.Contains(environment, want) {
			t.Errorf("environment lacks %q", want)
		}
	}
}

func TestAMissingOutputSaysWhatThereIs(t *testing.T) {
	outputs := Outputs{"Shop": {"ApiId": "a1", "Empty": ""}}
	if got, err := outputs.Output("Shop", "ApiId"); err != nil || got != "a1" {
		t.Errorf("Output(Shop, ApiId) = %q, %v, want a1", got, err)
	}
	for _, c := range []struct{ stack, name, want string }{
		{"Other", "ApiId", `"Shop"`},
		{"Shop", "ApiUrl", `"ApiId"`},
		{"Shop", "Empty", `"ApiId"`},
	} {
		if _, err := outputs.Output(c.stack, c.name); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Output(%s, %s) = %v, want an error that lists %s", c.stack, c.name, err, c.want)
		}
	}
}

// fakeCloud is a cloud whose server answers as the handler does.
func fakeCloud(t *testing.T, handler http.HandlerFunc) *Cloud {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return &Cloud{
		dir:    t.TempDir(),
		port:   server.Listener.Addr().(*net.TCPAddr).Port,
		client: &http.Client{Transport: &http.Transport{}},
	}
}

func answers(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func TestACallNamesTheAPIByItsHost(t *testing.T) {
	var got *http.Request
	c := fakeCloud(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.WriteHeader(http.StatusTeapot)
	})
	status, _, err := c.Call(context.Background(), "abc123", "DELETE", "/orders/7", "Bearer x")
	if err != nil || status != http.StatusTeapot {
		t.Fatalf("Call = %d, %v, want 418", status, err)
	}
	if !strings.HasPrefix(got.Host, "abc123.execute-api.localhost:") || got.Method != "DELETE" ||
		got.URL.Path != "/orders/7" || got.Header.Get("Authorization") != "Bearer x" {
		t.Errorf("Call sent %s %s to %s", got.Method, got.URL, got.Host)
	}
}

func TestACallWithoutAuthorizationSendsNoSuchHeader(t *testing.T) {
	c := fakeCloud(t, func(w http.ResponseWriter, r *http.Request) {
		if _, sent := r.Header["Authorization"]; sent {
			t.Error("Call without authorization sent the header")
		}
	})
	if _, _, err := c.Call(context.Background(), "abc123", "GET", "/menu", ""); err != nil {
		t.Fatal(err)
	}
}

func TestALogGroupIsReadPageByPage(t *testing.T) {
	c := fakeCloud(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"nextToken":"2"`) {
			io.WriteString(w, `{"events":[{"message":"second\n"}]}`)
			return
		}
		io.WriteString(w, `{"events":[{"message":"first"}],"nextToken":"2"}`)
	})
	got, err := c.LogEvents(context.Background(), "group")
	if err != nil || !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("LogEvents = %q, %v, want first and second", got, err)
	}
}

func TestALogGroupThatDoesNotExistIsEmpty(t *testing.T) {
	c := fakeCloud(t, answers(400, `{"__type":"ResourceNotFoundException","message":"no"}`))
	if got, err := c.LogEvents(context.Background(), "group"); err != nil || len(got) != 0 {
		t.Errorf("LogEvents = %q, %v, want nothing", got, err)
	}
}

func TestWhatAServiceRefusesIsAnError(t *testing.T) {
	for _, handler := range []http.HandlerFunc{
		answers(400, `{"__type":"AccessDeniedException","message":"no"}`),
		answers(500, `<html>`),
		answers(200, `<html>`),
	} {
		c := fakeCloud(t, handler)
		if _, err := c.LogEvents(context.Background(), "group"); err == nil {
			t.Error("LogEvents = nil, want an error")
		}
		if _, err := c.Secret(context.Background(), "billing"); err == nil {
			t.Error("Secret = nil, want an error")
		}
	}
}

func TestASecretWithoutAClientIsRefusedWithoutShowingIt(t *testing.T) {
	for _, secret := range []string{`hidden`, `{}`, `{\"client_id\":\"hidden\"}`, `{\"client_secret\":\"hidden\"}`} {
		c := fakeCloud(t, answers(200, `{"SecretString":"`+secret+`"}`))
		if _, err := c.Client(context.Background(), "billing"); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("Client of %q = %v, want an error without the value", secret, err)
		}
	}
}

func TestATokenIsAskedForByClientCredentials(t *testing.T) {
	c := fakeCloud(t, func(w http.ResponseWriter, r *http.Request) {
		for name, want := range map[string]string{
			"grant_type": "client_credentials", "client_id": "id", "client_secret": "+/=", "scope": "a/b c/d",
		} {
			if got := r.PostFormValue(name); got != want {
				t.Errorf("form has %s %q, want %q", name, got, want)
			}
		}
		io.WriteString(w, `{"access_token":"t"}`)
	})
	got, err := c.Token(context.Background(), c.TokenEndpoint(), Client{ID: "id", Secret: "+/="}, "a/b", "c/d")
	if err != nil || got != "t" {
		t.Errorf("Token = %q, %v, want t", got, err)
	}
}

func TestATokenEndpointsRefusalHasItsCode(t *testing.T) {
	c := fakeCloud(t, answers(400, `{"error":"invalid_scope"}`))
	_, err := c.Token(context.Background(), c.TokenEndpoint(), Client{})
	if refused := new(TokenRefused); !errors.As(err, &refused) || refused.Code != "invalid_scope" || refused.Status != 400 {
		t.Errorf("Token = %v, want a refusal with 400 invalid_scope", err)
	}
}

func TestAnAnswerWithoutATokenIsAnError(t *testing.T) {
	for _, body := range []string{``, `{}`, `[]`} {
		c := fakeCloud(t, answers(200, body))
		if _, err := c.Token(context.Background(), c.TokenEndpoint(), Client{}); err == nil {
			t.Errorf("Token of %q = nil, want an error", body)
		}
	}
}

func TestADeployedTemplateIsReadOutOfItsXML(t *testing.T) {
	c := fakeCloud(t, answers(200, `<R><GetTemplateResult><TemplateBody>{&quot;a&quot;: 1}</TemplateBody></GetTemplateResult></R>`))
	if got, err := c.Template(context.Background(), "Shop"); err != nil || got != `{"a": 1}` {
		t.Errorf("Template = %q, %v, want the JSON", got, err)
	}
	for _, handler := range []http.HandlerFunc{
		answers(400, `<R><Error><Code>ValidationError</Code></Error></R>`),
		answers(200, `<R></R>`),
		answers(200, `{}`),
	} {
		if got, err := fakeCloud(t, handler).Template(context.Background(), "Shop"); err == nil {
			t.Errorf("Template = %q, want an error", got)
		}
	}
}
