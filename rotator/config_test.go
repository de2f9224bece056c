package rotator

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

const cognitoConfig = `{"version":1,"provider":"cognito","tokenUrl":"https://acme.auth.eu-central-1.amazoncognito.com/oauth2/token","everyDays":90,"overlapHours":24,"userPool":"eu-central-1_AbCdEfGhI","clients":{"` + arn + `":"billing"},"scope":"orders/read"}`

const oktaConfig = `{"version":1,"provider":"okta","tokenUrl":"https://acme.okta.com/oauth2/default/v1/token","everyDays":30,"overlapHours":1,"apiUrl":"https://acme.okta.com","adminTokenUrl":"https://acme.okta.com/oauth2/v1/token","credential":"` + arn + `","clients":{"` + arn + `":"billing"},"object":"0oa1","audience":"a"}`

func TestParseConfig(t *testing.T) {
	got, err := ParseConfig([]byte(cognitoConfig))
	want := Config{
		Provider: "cognito", TokenURL: "https://acme.auth.eu-central-1.amazoncognito.com/oauth2/token", EveryDays: 90, Overlap: 24 * time.Hour,
		UserPool: "eu-central-1_AbCdEfGhI", Clients: map[string]string{arn: "billing"}, Scope: "orders/read",
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("ParseConfig = %+v, %v, want %+v", got, err, want)
	}
	got, err = ParseConfig([]byte(oktaConfig))
	want = Config{
		Provider: "okta", TokenURL: "https://acme.okta.com/oauth2/default/v1/token", EveryDays: 30, Overlap: time.Hour, APIURL: "https://acme.okta.com",
		AdminTokenURL: "https://acme.okta.com/oauth2/v1/token", Credential: arn, Clients: map[string]string{arn: "billing"}, Object: "0oa1", Audience: "a",
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("ParseConfig = %+v, %v, want %+v", got, err, want)
	}
}

func TestConfigsThatAreRefused(t *testing.T) {
	for _, test := range []struct{ from, old, to, want string }{
		{cognitoConfig, cognitoConfig, ``, "json"},
		{cognitoConfig, cognitoConfig, `[]`, "must be a JSON object"},
		{cognitoConfig, `"version":1`, `"version":2`, "version, is not one"},
		{cognitoConfig, `"version":1,`, ``, "version, is not one"},
		{cognitoConfig, `"cognito"`, `"ping"`, "provider, is not known"},
		{cognitoConfig, `"cognito"`, `""`, "provider, is empty"},
		{cognitoConfig, `"cognito"`, `"okta"`, `member "userPool", is not known for provider "okta"`},
		{cognitoConfig, `"scope"`, `"scopes"`, `member "scopes", is not known`},
		{cognitoConfig, `"scope":"orders/read"`, `"apiUrl":"https://x.example"`, `member "apiUrl", is not known for provider "cognito"`},
		{cognitoConfig, `"scope":"orders/read"`, `"scope":""`, "scope, is empty"},
		{cognitoConfig, `"scope":"orders/read"`, `"scope":null`, "scope, must be a string"},
		{cognitoConfig, `:"billing"`, `:""`, arn + ", is empty"},
		{cognitoConfig, `:"billing"`, `:7`, arn + ", must be a string"},
		{cognitoConfig, arn, `billing`, "clients, is not the ARN"},
		{cognitoConfig, `{"` + arn + `":"billing"}`, `{}`, "clients, must be an object"},
		{cognitoConfig, `{"` + arn + `":"billing"}`, `"billing"`, "clients, must be an object"},
		{cognitoConfig, `"clients":{"` + arn + `":"billing"},`, ``, "clients, must be an object"},
		{oktaConfig, `:"billing"}`, `:"billing","` + arn + `2":"till"}`, "clients, has more than one"},
		{cognitoConfig, `,"userPool":"eu-central-1_AbCdEfGhI"`, ``, "userPool, is missing"},
		{cognitoConfig, `https://acme.auth`, `http://acme.auth`, "tokenUrl, is not https"},
		{cognitoConfig, `https://acme.auth`, `https://u:p@acme.auth`, "tokenUrl"},
		{cognitoConfig, `:90`, `:0`, "everyDays, must be a whole number from 1 to 365"},
		{cognitoConfig, `:90`, `:366`, "everyDays, must be"},
		{cognitoConfig, `:90`, `:90.0`, "everyDays, must be"},
		{cognitoConfig, `:90`, `:"90"`, "everyDays, must be"},
		{cognitoConfig, `"everyDays":90,`, ``, "everyDays, is missing"},
		{cognitoConfig, `:24`, `:0`, "overlapHours, must be"},
		{cognitoConfig, `"everyDays":90,"overlapHours":24`, `"everyDays":1,"overlapHours":25`, "overlapHours, is longer than everyDays"},
		{cognitoConfig, `"version":1`, `"version":1,"version":1`, "repeated"},
		{oktaConfig, `"apiUrl":"https://acme.okta.com",`, ``, "apiUrl, is missing"},
		{oktaConfig, `"credential":"` + arn, `"credential":"a secret`, "credential, is not the ARN"},
		{oktaConfig, `,"credential":"` + arn + `"`, ``, "credential, is missing"},
		{oktaConfig, `"object":"0oa1"`, `"object":""`, "object, is empty"},
		{oktaConfig, `"audience":"a"`, `"userPool":"a"`, `member "userPool", is not known`},
	} {
		text := strings.Replace(test.from, test.old, test.to, 1)
		got, err := ParseConfig([]byte(text))
		if err == nil || !strings.Contains(err.Error(), test.want) || !reflect.DeepEqual(got, Config{}) {
			t.Errorf("ParseConfig(%s) = %+v, %v, want %q", text, got, err, test.want)
		}
	}
}

func TestAConfigurationThatCannotBeUsedIsOneLine(t *testing.T) {
	for text, want := range map[string]string{"": "is not set", "{}": "version, is not one"} {
		var out bytes.Buffer
		r := load(t.Context(), &out, func(string) string { return text })
		if strings.Count(out.String(), "\n") != 1 || !strings.Contains(out.String(), `"step":"start","outcome":"failed"`) {
			t.Errorf("load(%q) wrote %q", text, out.String())
		}
		_, err := r.Invoke(t.Context(), []byte(`{"sweep":"`+arn+`"}`))
		wants(t, err, want, Variable)
	}
}

func TestLoad(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	var out bytes.Buffer
	if r := load(t.Context(), &out, func(string) string { return cognitoConfig }); r.unusable != nil || out.Len() > 0 {
		t.Errorf("load: %v, wrote %q", r.unusable, out.String())
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add(cognitoConfig)
	f.Add(oktaConfig)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseConfig([]byte(text))
		if err != nil {
			if !reflect.DeepEqual(c, Config{}) {
				t.Errorf("ParseConfig(%q) = %+v with an error", text, c)
			}
			return
		}
		if len(c.Clients) == 0 || c.TokenURL == "" || c.EveryDays < 1 || c.EveryDays > 365 || c.Overlap < time.Hour || (c.Provider == "cognito") != (c.UserPool != "") || (c.Provider == "cognito") == (c.APIURL != "" && c.Credential != "") {
			t.Errorf("ParseConfig(%q) = %+v", text, c)
		}
	})
}

func FuzzParseDocument(f *testing.F) {
	f.Add(`{"client_id":"a","client_secret":"b","client_secret_id":"c","more":{"x":[1,null]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseDocument(text)
		if err != nil {
			return
		}
		again, err := d.with(d.client, d.secret)
		if err != nil {
			return // too long
		}
		back, err := parseDocument(again)
		if err != nil || back.client != d.client || back.secret != d.secret {
			t.Errorf("parseDocument(%q) → %q: %v", text, again, err)
		}
	})
}
