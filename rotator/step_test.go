package rotator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// wants fails unless err is one sentence with all the words.
func wants(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", words)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q has more than one line", err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q, want it to say %q", err, word)
		}
	}
}

func TestARotationIsALineAStep(t *testing.T) {
	w := newWorld(t, "cognito")
	if err := w.rotate(1); err != nil {
		t.Fatal(err)
	}
	if err := w.step(finishStep, 1); err != nil {
		t.Fatal(err)
	}
	line := func(step, outcome, detail string) string {
		return fmt.Sprintf(`{"type":"rotation","time":"2026-11-23T12:00:00Z","provider":"cognito","secret":%q,"client_id":"billing","step":%q,"version":%q,"outcome":%q,"detail":%q}`,
			arn, step, token(1), outcome, detail)
	}
	want := strings.Join([]string{
		line("createSecret", "done", "a new secret is stored"),
		line("setSecret", "nothing", "the provider has known the secret since it was made"),
		line("testSecret", "done", "the new secret works"),
		line("finishSecret", "done", "the new secret is current, the former one works until it is swept"),
		line("finishSecret", "nothing", "the version is current already"),
	}, "\n") + "\n"
	if got := w.out.String(); got != want {
		t.Errorf("lines\n%s\nwant\n%s", got, want)
	}
}

func TestWhatRotationAsksOfTheSecret(t *testing.T) {
	t.Run("rotation is off", func(t *testing.T) {
		w := newWorld(t, "overlap")
		w.secrets.Disable(arn)
		wants(t, w.rotate(1), "rotation is not enabled")
	})
	t.Run("the version is unknown", func(t *testing.T) {
		w := newWorld(t, "overlap")
		wants(t, w.steps(1), token(1), "is not one of the secret")
	})
	t.Run("the version is a former one", func(t *testing.T) {
		w := newWorld(t, "overlap")
		for n := 1; n <= 2; n++ {
			if err := w.rotate(n); err != nil {
				t.Fatal(err)
			}
		}
		wants(t, w.step(createStep, 1), "is not staged AWSPENDING", "AWSPREVIOUS")
	})
	t.Run("the secret is gone", func(t *testing.T) {
		w := newWorld(t, "overlap")
		w.rotator.config.Clients[strings.ReplaceAll(arn, "Billing", "Gone")] = client
		event := strings.ReplaceAll(fmt.Sprintf(`{"Step":"createSecret","SecretId":%q,"ClientRequestToken":%q}`, arn, token(1)), "Billing", "Gone")
		wants(t, w.invoke(event), "DescribeSecret", "does not exist")
	})
	t.Run("the first secret is not written yet", func(t *testing.T) {
		w := newWorld(t, "overlap")
		w.secrets.Put(arn, token(8), `{"client_id":"billing"}`, current)
		wants(t, w.rotate(1), "client_secret is missing")
		if w.count() != 1 {
			t.Errorf("%d secrets, want the one there was", w.count())
		}
	})
	t.Run("the secret is another client's", func(t *testing.T) {
		w := newWorld(t, "overlap")
		w.secrets.Put(arn, token(8), `{"client_id":"other","client_secret":"x"}`, current)
		wants(t, w.rotate(1), `client_id in the secret is "other"`, `"billing"`)
	})
	t.Run("the rotation was begun for another client", func(t *testing.T) {
		w := newWorld(t, "overlap")
		if err := w.secrets.Rotate(arn, token(1)); err != nil {
			t.Fatal(err)
		}
		w.secrets.Put(arn, token(1), `{"client_id":"other","client_secret":"x"}`, pending)
		wants(t, w.steps(1), `"other"`, "start the rotation again")
		if err := w.rotate(2); err != nil {
			t.Errorf("the next rotation: %v", err)
		}
	})
	t.Run("finish does not promote an empty version", func(t *testing.T) {
		w := newWorld(t, "overlap")
		if err := w.secrets.Rotate(arn, token(1)); err != nil {
			t.Fatal(err)
		}
		wants(t, w.step(finishStep, 1), "cannot become current")
	})
}

func TestSecretsManagersOwnTestOfTheConfiguration(t *testing.T) {
	w := newWorld(t, "cognito")
	if err := w.secrets.Rotate(arn, token(1)); err != nil {
		t.Fatal(err)
	}
	if err := w.step(testStep, 1); err != nil {
		t.Fatal(err)
	}
	w.secrets.Put(arn, token(8), `{"client_id":"billing","client_secret":"no such one"}`, current)
	wants(t, w.step(testStep, 1), "configuration was tested", "invalid_client")
	if w.secrets.Version(arn, pending) != token(1) {
		t.Error("AWSPENDING was taken away, Secrets Manager does that itself")
	}
}

func TestPatienceWithANewSecret(t *testing.T) {
	w := newWorld(t, "cognito")
	w.pool.Delay = 50 * time.Second
	if err := w.rotate(1); err != nil {
		t.Errorf("a secret that is known after 50 s: %v", err)
	}
	w = newWorld(t, "cognito")
	w.pool.Delay = 70 * time.Second
	begun := w.now
	wants(t, w.rotate(1), "did not pass, the former one stays current", "invalid_client")
	if waited := w.now.Sub(begun); waited > patience {
		t.Errorf("waited %v, want at most %v", waited, patience)
	}
}

func TestAReplacedSecretIsCurrentAtOnce(t *testing.T) {
	w := newWorld(t, "replaces")
	if err := w.secrets.Rotate(arn, token(1)); err != nil {
		t.Fatal(err)
	}
	if err := w.step(createStep, 1); err != nil {
		t.Fatal(err)
	}
	if !w.works(w.value(current)) {
		t.Error("after createSecret AWSCURRENT does not work")
	}
	fresh := w.value(current)
	w.script.secrets = nil
	wants(t, w.step(testStep, 1), "is current already, did not pass")
	if w.value(current) != fresh {
		t.Error("AWSCURRENT has moved back to a secret that is dead")
	}
}

// Two rotations revoke a secret that leaked, whatever the overlap.
func TestRotatingTwiceRevokes(t *testing.T) {
	for _, kind := range []string{"cognito", "overlap"} {
		w := newWorld(t, kind)
		leaked := w.value(current)
		for n := 1; n <= 2; n++ {
			if err := w.rotate(n); err != nil {
				t.Fatal(err)
			}
		}
		if w.works(leaked) || !w.works(w.value(previous)) || !w.works(w.value(current)) {
			t.Errorf("%s: leaked works %v, former %v, current %v, want only the last two", kind, w.works(leaked), w.works(w.value(previous)), w.works(w.value(current)))
		}
	}
}

func TestASecretThatMayBeInUseIsNotRemoved(t *testing.T) {
	for _, test := range []struct{ name, edit, want string }{
		{"without an id", `{"client_id":"billing","client_secret":%q}`, "does not say which is its own"},
		{"with another id", `{"client_id":"billing","client_secret":%q,"client_secret_id":"x"}`, "is not among the client's secrets"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, "cognito")
			if err := w.rotate(1); err != nil {
				t.Fatal(err)
			}
			w.secrets.Put(arn, token(8), fmt.Sprintf(test.edit, w.value(current)), current)
			wants(t, w.rotate(2), test.want)
			w.now = w.now.Add(25 * time.Hour)
			wants(t, w.sweep(), test.want)
			if w.count() != 2 {
				t.Errorf("%d secrets, want both", w.count())
			}
		})
	}
	t.Run("without an id, the only one", func(t *testing.T) {
		w := newWorld(t, "cognito")
		w.secrets.Put(arn, token(8), fmt.Sprintf(`{"client_id":"billing","client_secret":%q}`, w.value(current)), current)
		if err := w.rotate(1); err != nil {
			t.Error(err)
		}
	})
	t.Run("a pending version with the current secret", func(t *testing.T) {
		w := newWorld(t, "overlap")
		if err := w.secrets.Rotate(arn, token(1)); err != nil {
			t.Fatal(err)
		}
		text, _ := w.secrets.Value(arn, current)
		w.secrets.Put(arn, token(1), text, pending)
		w.script.secrets[0].Value = "changed there"
		wants(t, w.steps(1), "did not pass")
		if w.count() != 1 || w.secrets.Version(arn, pending) != "" {
			t.Errorf("%d secrets, AWSPENDING at %q, want 1 and none", w.count(), w.secrets.Version(arn, pending))
		}
	})
}

func TestMembersThatPeopleAddStay(t *testing.T) {
	w := newWorld(t, "overlap")
	text := fmt.Sprintf(`{"note":{"a":[1.50,"<&>"]},"client_id":"billing","client_secret":%q,"client_secret_id":"id-1"}`, w.value(current))
	w.secrets.Put(arn, token(8), text, current)
	if err := w.rotate(1); err != nil {
		t.Fatal(err)
	}
	got, _ := w.secrets.Value(arn, current)
	if want := `{"client_id":"billing","client_secret":"scripted-secret-000002","client_secret_id":"id-2","note":{"a":[1.50,"<&>"]}}`; got != want {
		t.Errorf("secret %s, want %s", got, want)
	}
}

func TestDocumentsThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{"client_id":1}`:                         "client_id that is not a string",
		`{"client_secret":["hush"]}`:              "client_secret that is not a string",
		`{"client_secret":null}`:                  "client_secret that is not a string",
		`{"client_secret_id":{}}`:                 "client_secret_id that is not a string",
		`{"client_secret":"hush","client_secret"`: "offset",
		`["hush"]`:                          "is not a JSON object",
		`hush`:                              "is not the JSON",
		`{"client_id":"a","client_id":"b"}`: "repeated",
	} {
		_, err := parseDocument(text)
		wants(t, err, want)
		if strings.Contains(err.Error(), "hush") {
			t.Errorf("parseDocument(%s) says %q", text, err)
		}
	}
}

func TestRefusalsOfAWSAreSentences(t *testing.T) {
	for _, test := range []struct {
		operation, code string
		want            []string
	}{
		{"PutSecretValue", "AccessDeniedException", []string{"secretsmanager:PutSecretValue", "role"}},
		{"DescribeSecret", "ThrottlingException", []string{"is throttled", "the SDK asked again"}},
		{"GetSecretValue", "DecryptionFailure", []string{"KMS"}},
		{"AddUserPoolClientSecret", "AccessDeniedException", []string{"cognito-idp:AddUserPoolClientSecret", "role"}},
		{"AddUserPoolClientSecret", "LimitExceededException", []string{"as many secrets as it may have"}},
		{"ListUserPoolClientSecrets", "TooManyRequestsException", []string{"is throttled", "the SDK asked again"}},
		{"ListUserPoolClientSecrets", "ExpiredTokenException", []string{"have expired"}},
	} {
		w := newWorld(t, "cognito")
		refuse := func(operation string) (string, string) {
			if operation == test.operation {
				return test.code, "do not quote me"
			}
			return "", ""
		}
		w.secrets.Refuse, w.pool.Refuse = refuse, refuse
		err := w.rotate(1)
		wants(t, err, append(test.want, test.operation, test.code)...)
		if strings.Contains(err.Error(), "quote") {
			t.Errorf("error %q has the service's message", err)
		}
		w.secrets.Refuse, w.pool.Refuse = nil, nil
		if err := w.steps(1); err != nil {
			t.Errorf("the run after %s %s: %v", test.operation, test.code, err)
		}
	}
}

func TestAnotherRunWasFaster(t *testing.T) {
	w := newWorld(t, "overlap")
	if err := w.secrets.Rotate(arn, token(1)); err != nil {
		t.Fatal(err)
	}
	theirs := w.script.made
	w.gate.passed = func() {
		if len(w.script.made) > len(theirs) {
			w.gate.passed = nil
			w.secrets.Put(arn, token(1), `{"client_id":"billing","client_secret":"theirs","client_secret_id":"id-9"}`, pending)
		}
	}
	wants(t, w.step(createStep, 1), "another run was faster")
	if w.count() != 1 {
		t.Errorf("%d secrets, want 1: the one that was made for nothing is removed", w.count())
	}
}

func TestAPanicIsAnErrorWithoutSecrets(t *testing.T) {
	w := newWorld(t, "overlap")
	w.rotator.connect = func() (provider.Provider, error) { panic("scripted-secret-000001") }
	wants(t, w.rotate(1), "the function panicked with a string at", "rotator.")
	var line Line
	if err := json.Unmarshal([]byte(w.last()), &line); err != nil || line.Outcome != Failed || line.Step != createStep {
		t.Errorf("line %s, %v", w.last(), err)
	}
}

// AWSPENDING may stay on the version that has become current (RotateSecret).
func TestAPendingLabelThatStays(t *testing.T) {
	for _, kind := range kinds {
		w := newWorld(t, kind)
		w.secrets.KeepPending = true
		for n := 1; n <= 3; n++ {
			old := w.value(current)
			if err := w.rotate(n); err != nil || w.value(current) == old {
				t.Fatalf("%s: rotation %d: %v", kind, n, err)
			}
			w.now = w.now.Add(25 * time.Hour)
			if err := w.sweep(); err != nil || w.count() != 1 || !w.works(w.value(current)) {
				t.Errorf("%s: sweep %d: %v, %d secrets, want 1 that works", kind, n, err, w.count())
			}
		}
	}
}

// A run that was killed after the provider had replaced the secret left
// AWSCURRENT with one that is dead. The next one takes what the provider has.
func TestASecretThatWasReplacedBeforeIsTakenOver(t *testing.T) {
	w := newWorld(t, "replaces")
	made := w.script.make()
	before := len(w.script.made)
	if err := w.rotate(1); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.value(current), made.Value) || len(w.script.made) != before {
		t.Errorf("AWSCURRENT is another secret than the provider had, or a further one was made (%d, before %d)", len(w.script.made), before)
	}
}

func TestOnlyTheSecretsOfTheConfigurationAreRotated(t *testing.T) {
	w := newWorld(t, "overlap")
	other := strings.ReplaceAll(arn, "Billing", "Other")
	for _, event := range []string{
		fmt.Sprintf(`{"Step":"createSecret","SecretId":%q,"ClientRequestToken":%q}`, other, token(1)),
		fmt.Sprintf(`{"sweep":%q}`, other),
	} {
		wants(t, w.invoke(event), "does not rotate this secret")
	}
}
