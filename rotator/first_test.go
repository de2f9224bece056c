package rotator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"

	"github.com/scopeway/scopeway/rotator/internal/provider"
)

// cloudFormation is where answers go.
type cloudFormation struct {
	url     string
	answers []cfn.Response
	status  int
}

func newCloudFormation(w *world) *cloudFormation {
	c := &cloudFormation{status: http.StatusOK}
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		w.said = append(w.said, string(text))
		var response cfn.Response
		if err := json.Unmarshal(text, &response); err != nil || r.Method != http.MethodPut || len(text) > 4096 {
			w.t.Errorf("%s of %d bytes, %v, want PUT of JSON of at most 4096", r.Method, len(text), err)
		}
		c.answers = append(c.answers, response)
		answer.WriteHeader(c.status)
	}))
	w.t.Cleanup(server.Close)
	c.url = server.URL + "/answer?signature=x"
	return c
}

// event returns an event of CloudFormation.
func (c *cloudFormation) event(kind, client string, n int) string {
	physical := ""
	if kind != "Create" {
		physical = fmt.Sprintf(`"PhysicalResourceId":%q,`, arn)
	}
	return fmt.Sprintf(`{"RequestType":%q,"RequestId":%q,"ResponseURL":%q,"ResourceType":"Custom::ScopewayFirstSecret",%s
		"LogicalResourceId":"First","StackId":"arn:aws:cloudformation:eu-central-1:111122223333:stack/Main/1","ServiceToken":"arn:…",
		"ResourceProperties":{"ServiceToken":"arn:…","SecretId":%q,"ClientId":%q}}`, kind, token(n), c.url, physical, arn, client)
}

// empty takes the first secret out of AWSCURRENT, as the template leaves it.
func (w *world) empty() { w.secrets.Put(arn, token(900), `{"client_id":"billing"}`, current) }

func TestTheFirstSecretIsWritten(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			stack, first := newCloudFormation(w), w.value(current)
			w.empty()
			for n, event := range []string{"Create", "Update"} {
				if err := w.invoke(stack.event(event, client, n+1)); err != nil {
					t.Fatal(err)
				}
				if w.value(current) != first {
					t.Errorf("after %s AWSCURRENT does not have the client's secret", event)
				}
			}
			if got := stack.answers[0]; got.Status != cfn.StatusSuccess || got.PhysicalResourceID != arn || got.RequestID != token(1) || got.LogicalResourceID != "First" || got.StackID == "" || got.Data != nil {
				t.Errorf("answer %+v", got)
			}
			if err := w.rotate(50); err != nil {
				t.Fatal(err)
			}
			fresh := w.value(current)
			for n, event := range []string{"Update", "Delete", "Create"} {
				if err := w.invoke(stack.event(event, client, n+10)); err != nil {
					t.Fatal(err)
				}
			}
			if w.value(current) != fresh {
				t.Error("a deployment has brought an old secret back")
			}
		})
	}
}

func TestTheFirstSecretSurvivesAFailureAnywhere(t *testing.T) {
	for _, silent := range []bool{false, true} {
		prepare := func(w *world) {
			w.script.silent = silent
			w.script.traits.Most = 0
			w.empty()
		}
		calls := 0
		for n := 0; n == 0 || n <= calls; n++ {
			for mode := range 4 {
				w := newWorld(t, "overlap")
				stack := newCloudFormation(w)
				prepare(w)
				w.gate.fail, w.gate.after, w.gate.kill = n, mode&1 != 0, mode&2 != 0
				for try := range 3 {
					if err := w.invoke(stack.event("Create", client, 1)); err != nil {
						t.Fatal(err)
					}
					w.gate.revive()
					if len(stack.answers) != try+1 {
						t.Fatalf("call %d: %d answers, want %d: it always answers", n, len(stack.answers), try+1)
					}
					if stack.answers[try].Status == cfn.StatusSuccess {
						break
					}
				}
				if n == 0 {
					calls = w.gate.calls
				}
				if secret := w.value(current); secret == "" || !w.works(secret) {
					t.Errorf("silent %v, call %d, mode %d: AWSCURRENT does not work", silent, n, mode)
				}
			}
		}
		if calls < 2 {
			t.Fatalf("a clean run makes %d calls, that cannot be all", calls)
		}
	}
}

func TestCloudFormationIsAlwaysAnswered(t *testing.T) {
	failed := func(t *testing.T, w *world, event string, stack *cloudFormation, words ...string) {
		t.Helper()
		if err := w.invoke(event); err != nil {
			t.Fatalf("invoke: %v, want none: CloudFormation was told", err)
		}
		if len(stack.answers) != 1 || stack.answers[0].Status != cfn.StatusFailed {
			t.Fatalf("answers %+v, want one that says FAILED", stack.answers)
		}
		wants(t, errors.New(stack.answers[0].Reason), words...)
		if !strings.Contains(w.last(), `"outcome":"failed"`) {
			t.Errorf("line %s", w.last())
		}
	}
	t.Run("after an error", func(t *testing.T) {
		w := newWorld(t, "cognito")
		stack := newCloudFormation(w)
		w.empty()
		w.pool.Refuse = func(string) (string, string) {
			return "ResourceNotFoundException", "User pool client billing does not exist."
		}
		failed(t, w, stack.event("Create", client, 1), stack, "the client does not exist in user pool")
	})
	t.Run("after a panic", func(t *testing.T) {
		w := newWorld(t, "overlap")
		stack := newCloudFormation(w)
		w.rotator.connect = func() (provider.Provider, error) { panic(w.script.made[0]) }
		failed(t, w, stack.event("Update", client, 1), stack, "panicked")
	})
	t.Run("with a configuration that cannot be used", func(t *testing.T) {
		w := newWorld(t, "overlap")
		stack := newCloudFormation(w)
		w.rotator.unusable = errors.New("no configuration")
		failed(t, w, stack.event("Create", client, 1), stack, "no configuration")
		if err := w.invoke(stack.event("Delete", client, 2)); err != nil || stack.answers[1].Status != cfn.StatusSuccess {
			t.Errorf("Delete: %v, %+v, want SUCCESS: a stack must be deletable", err, stack.answers[1])
		}
	})
	t.Run("for another client", func(t *testing.T) {
		w := newWorld(t, "overlap")
		stack := newCloudFormation(w)
		failed(t, w, stack.event("Create", "other", 1), stack, `"other"`, `"billing"`)
	})
	t.Run("without properties", func(t *testing.T) {
		w := newWorld(t, "overlap")
		stack := newCloudFormation(w)
		event := strings.Replace(stack.event("Create", client, 1), `"SecretId"`, `"Secret"`, 1)
		failed(t, w, event, stack, "SecretId, is missing")
		if id := stack.answers[0].PhysicalResourceID; id != "none" {
			t.Errorf("PhysicalResourceId %q, want none", id)
		}
		event = strings.Replace(stack.event("Delete", client, 1), `"ResourceProperties"`, `"Nothing"`, 1)
		if err := w.invoke(event); err != nil || stack.answers[1].Status != cfn.StatusSuccess || stack.answers[1].PhysicalResourceID != arn {
			t.Errorf("Delete without properties: %v, %+v", err, stack.answers[1])
		}
	})
	t.Run("with no room for a first secret", func(t *testing.T) {
		w := newWorld(t, "overlap")
		stack := newCloudFormation(w)
		w.empty()
		w.script.silent = true
		w.script.make()
		failed(t, w, stack.event("Create", client, 1), stack, "has 2 secrets", "remove one")
	})
	t.Run("and says so where it cannot", func(t *testing.T) {
		w := newWorld(t, "overlap")
		stack := newCloudFormation(w)
		stack.status = http.StatusForbidden
		wants(t, w.invoke(stack.event("Create", client, 1)), "did not accept the answer, status 403")
		stack.url = "http://stack.example.com/"
		wants(t, w.invoke(stack.event("Create", client, 1)), "ResponseURL is not https")
		stack.url = "http://127.0.0.1:1/hush"
		wants(t, w.invoke(stack.event("Create", client, 1)), "there is no connection")
		if strings.Contains(strings.Join(w.said, ""), "hush") {
			t.Error("the signed URL was said")
		}
	})
}
