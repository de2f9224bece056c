package rotator

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestEventsThatAreRefused(t *testing.T) {
	step := func(step, secret, token string) string {
		return fmt.Sprintf(`{"Step":%q,"SecretId":%q,"ClientRequestToken":%q}`, step, secret, token)
	}
	for event, want := range map[string]string{
		``:                                   "cannot be read",
		`null`:                               "none that the rotator takes",
		`{}`:                                 "none that the rotator takes",
		`[]`:                                 "none that the rotator takes",
		`{"step":"createSecret"}`:            "none that the rotator takes",
		step("create_secret", arn, token(1)): "Step, is none of the four",
		step("createSecret", "Billing", token(1)): "SecretId, is not the ARN",
		step("createSecret", arn, "1"):            "ClientRequestToken, is not the id",
		`{"Step":"createSecret"}`:                 "SecretId, is missing",
		`{"Step":1}`:                              "Step, must be a string",
		strings.Replace(step("createSecret", arn, token(1)), "{", `{"sweep":"",`, 1):        "none that the rotator takes",
		strings.Replace(step("createSecret", arn, token(1)), "{", `{"RotationToken":7,`, 1): "RotationToken, must be a string",
		`{"sweep":"x"}`:                    "is not the ARN",
		`{"sweep":["x"]}`:                  "sweep, must be a string",
		`{"sweep":"` + arn + `","more":1}`: "more members than sweep",
		`{"sweep":"` + arn + `"} {}`:       "cannot be read",
		`{"RequestType":"Create"}`:         "RequestId, is missing",
	} {
		w := newWorld(t, "overlap")
		wants(t, w.invoke(event), want)
		if !strings.Contains(w.last(), `"outcome":"failed"`) || w.gate.calls > 0 {
			t.Errorf("%s: line %s after %d calls, want failed and none", event, w.last(), w.gate.calls)
		}
	}
}

// Secrets Manager has added to its events before (RotationToken).
func TestAnEventMayHaveMembersThatAreNew(t *testing.T) {
	w := newWorld(t, "overlap")
	if err := w.secrets.Rotate(arn, token(1)); err != nil {
		t.Fatal(err)
	}
	if err := w.invoke(fmt.Sprintf(`{"Step":"createSecret","SecretId":%q,"ClientRequestToken":%q,"New":{"a":1}}`, arn, token(1))); err != nil {
		t.Errorf("createSecret = %v", err)
	}
}

func TestTheRotationTokenGoesToSecretsManagerAlone(t *testing.T) {
	w := newWorld(t, "overlap") // looks for it in all that is said
	if err := w.rotate(1); err != nil {
		t.Fatal(err)
	}
	e, err := parseEvent([]byte(fmt.Sprintf(`{"Step":"setSecret","SecretId":%q,"ClientRequestToken":%q,"RotationToken":null}`, arn, token(1))))
	if err != nil || e.token != "" {
		t.Errorf("RotationToken null: %q, %v, want none", e.token, err)
	}
}

// FuzzInvoke: no event makes it panic, say nothing, or say more than one line.
func FuzzInvoke(f *testing.F) {
	f.Add(`{"Step":"createSecret","SecretId":"` + arn + `","ClientRequestToken":"` + token(1) + `","RotationToken":"x"}`)
	f.Add(`{"sweep":"` + arn + `"}`)
	f.Add(`{"RequestType":"Create","RequestId":"` + token(1) + `","ResponseURL":"x","LogicalResourceId":"l","StackId":"s","ResourceProperties":{"SecretId":"` + arn + `","ClientId":"billing"}}`)
	f.Add(`{"RequestType":"Delete","ResponseURL":"http://localhost"}`)
	f.Fuzz(func(t *testing.T, event string) {
		var out bytes.Buffer
		r := &rotator{out: &out, now: time.Now, wait: sleep, unusable: fmt.Errorf("unusable"), http: &http.Client{Transport: nowhere{}}}
		if _, err := r.Invoke(t.Context(), []byte(event)); err == nil {
			t.Errorf("Invoke(%q) = nil, want an error: nothing can work", event)
		}
		if strings.Count(out.String(), "\n") != 1 || !strings.HasPrefix(out.String(), `{"type":"rotation"`) {
			t.Errorf("Invoke(%q) wrote %q, want one line", event, out.String())
		}
	})
}

type nowhere struct{}

func (nowhere) RoundTrip(*http.Request) (*http.Response, error) { return nil, errCut }
