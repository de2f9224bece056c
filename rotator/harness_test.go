package rotator

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/scopeway/scopeway/internal/fake"
	"github.com/scopeway/scopeway/rotator/internal/cognito"
	"github.com/scopeway/scopeway/rotator/internal/provider"
)

const (
	arn    = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:Billing-AbCdEf"
	client = "billing"
	// rotationToken must never be seen anywhere.
	rotationToken = "rotation-token-of-secrets-manager"
)

// token returns the id of a version.
func token(n int) string { return fmt.Sprintf("10000000-0000-0000-0000-%012d", n) }

// A world is a rotator, a secret, a provider and a clock.
type world struct {
	t       *testing.T
	now     time.Time
	secrets *fake.SecretsManager
	pool    *fake.Cognito
	script  *script
	gate    *gate
	rotator *rotator
	out     bytes.Buffer
	said    []string      // by errors and answers
	timeout time.Duration // of the function, 0 for Lambda's longest
}

// gate is the way to the outside: calls pass it, or fail there.
type gate struct {
	mutex sync.Mutex // a server that aborts has no other order with its client
	calls int
	// fail is the call that fails, after is whether it takes effect before, and
	// kill whether the process ends with it.
	fail        int
	after, kill bool
	dead        bool
	// other is what happens before call at, once.
	at    int
	other func()
	// passed is called after every call.
	passed func()
}

var errCut = errors.New("the line was cut")

func (g *gate) do(call func()) error {
	if other := g.between(); other != nil {
		other()
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.calls++
	if g.dead {
		return errCut
	}
	failing := g.calls == g.fail
	if failing && g.kill {
		g.dead = true
	}
	if !failing || g.after {
		call()
		if g.passed != nil {
			g.passed()
		}
	}
	if failing {
		return errCut
	}
	return nil
}

// between returns what happens before the next call.
func (g *gate) between() (other func()) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.calls+1 == g.at {
		other, g.other = g.other, nil
	}
	return other
}

// revive starts a new process.
func (g *gate) revive() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.dead = false
}

// direct is the SDK's HTTP client: no socket, but the whole protocol.
type direct struct {
	gate    *gate
	handler http.Handler
}

func (d direct) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	answer := httptest.NewRecorder()
	if err := d.gate.do(func() { d.handler.ServeHTTP(answer, r) }); err != nil {
		return nil, err
	}
	return answer.Result(), nil
}

var credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
})

// newWorld returns a world whose provider is "cognito", "overlap" or "replaces",
// with a client and its first secret, which is in the secret already.
func newWorld(t *testing.T, kind string) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), gate: &gate{}}
	clock := func() time.Time { return w.now }
	w.secrets = &fake.SecretsManager{Now: clock}
	w.rotator = &rotator{
		config: Config{Provider: kind, Clients: map[string]string{arn: client}, EveryDays: 90, Overlap: 24 * time.Hour},
		out:    &w.out, now: clock, http: http.DefaultClient,
		wait: func(ctx context.Context, d time.Duration) error {
			w.gate.mutex.Lock()
			defer w.gate.mutex.Unlock()
			w.now = w.now.Add(d)
			return ctx.Err()
		},
		store: store{secretsmanager.New(secretsmanager.Options{
			BaseEndpoint: aws.String("http://secrets.invalid"), Region: "eu-central-1", Credentials: credentials,
			HTTPClient: direct{w.gate, w.secrets}, Retryer: aws.NopRetryer{},
		})},
	}
	var first provider.Secret
	switch kind {
	case "cognito":
		w.pool = &fake.Cognito{Now: clock}
		first.Value = w.pool.Add(client, true)
		first.ID = client + "--1"
		w.rotator.connect = w.cognito
	case "overlap":
		w.script = &script{w: w, traits: provider.Traits{Most: 2}}
		first = w.script.make()
	case "replaces":
		w.script = &script{w: w, traits: provider.Traits{Replaces: true}}
		first = w.script.make()
	}
	if w.script != nil {
		w.rotator.connect = func() (provider.Provider, error) { return w.script, nil }
	}
	text, err := document{members: nil}.with(client, first)
	if err != nil {
		t.Fatal(err)
	}
	w.secrets.Create(arn, text)
	t.Cleanup(w.noSecretWasSaid)
	return w
}

// cognito connects to the fake user pool; the token endpoint is a server.
func (w *world) cognito() (provider.Provider, error) {
	endpoint := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if w.gate.do(func() { w.pool.Token().ServeHTTP(answer, r) }) != nil {
			panic(http.ErrAbortHandler)
		}
	}))
	endpoint.Config.ErrorLog = nil
	w.t.Cleanup(endpoint.Close)
	return cognito.New(cognito.Config{UserPool: "eu-central-1_AbCdEfGhI", TokenURL: endpoint.URL, API: cognitoidentityprovider.New(cognitoidentityprovider.Options{
		BaseEndpoint: aws.String("http://pools.invalid"), Region: "eu-central-1", Credentials: credentials,
		HTTPClient: direct{w.gate, w.pool}, Retryer: aws.NopRetryer{},
	})})
}

// invoke hands an event over.
func (w *world) invoke(event string) error {
	ctx, cancel := context.WithTimeout(w.t.Context(), cmp.Or(w.timeout, 15*time.Minute))
	defer cancel()
	_, err := w.rotator.Invoke(ctx, []byte(event))
	if err != nil {
		w.said = append(w.said, err.Error())
	}
	return err
}

func (w *world) step(step string, n int) error {
	return w.invoke(fmt.Sprintf(`{"Step":%q,"SecretId":%q,"ClientRequestToken":%q,"RotationToken":%q}`, step, arn, token(n), rotationToken))
}

// steps runs the four steps, up to the first error.
func (w *world) steps(n int) error {
	for _, step := range []string{createStep, setStep, testStep, finishStep} {
		if err := w.step(step, n); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	return nil
}

// rotate begins a rotation and runs its steps.
func (w *world) rotate(n int) error {
	w.t.Helper()
	if err := w.secrets.Rotate(arn, token(n)); err != nil {
		w.t.Fatal(err)
	}
	return w.steps(n)
}

func (w *world) sweep() error { return w.invoke(fmt.Sprintf(`{"sweep":%q}`, arn)) }

// value returns the secret under a label, "" for none.
func (w *world) value(stage string) string {
	text, there := w.secrets.Value(arn, stage)
	if !there {
		return ""
	}
	d, err := parseDocument(text)
	if err != nil {
		w.t.Fatalf("%s: %v", stage, err)
	}
	return d.secret.Value
}

// works says whether the provider takes a secret.
func (w *world) works(secret string) bool {
	if w.pool != nil {
		return w.pool.Works(client, secret)
	}
	return slices.ContainsFunc(w.script.secrets, func(s scripted) bool { return s.Value == secret })
}

// count returns how many secrets the client has at the provider.
func (w *world) count() int {
	if w.pool != nil {
		return w.pool.Count(client)
	}
	return len(w.script.secrets)
}

// noSecretWasSaid looks for secrets in all lines, errors and answers.
func (w *world) noSecretWasSaid() {
	made := []string{rotationToken}
	if w.pool != nil {
		made = append(made, w.pool.Values()...)
	} else {
		made = append(made, w.script.made...)
	}
	said := w.out.String() + strings.Join(w.said, "\n")
	for _, secret := range made {
		if strings.Contains(said, secret) {
			w.t.Errorf("a secret was said: %s", said)
		}
	}
}

// last returns the last line.
func (w *world) last() string {
	lines := strings.Split(strings.TrimSpace(w.out.String()), "\n")
	return lines[len(lines)-1]
}

// script is a provider without a network.
type script struct {
	w       *world
	traits  provider.Traits
	secrets []scripted
	made    []string
	refuse  bool // every new secret
	slow    time.Duration
	silent  bool // Reveal does not tell
}

type scripted struct {
	provider.Secret
	created time.Time
}

func (s *script) make() provider.Secret {
	n := len(s.made) + 1
	secret := provider.Secret{Value: fmt.Sprintf("scripted-secret-%06d", n)}
	if !s.traits.Replaces {
		secret.ID = fmt.Sprintf("id-%d", n)
	}
	s.made = append(s.made, secret.Value)
	if s.traits.Replaces {
		s.secrets = nil
	}
	s.secrets = append(s.secrets, scripted{secret, s.w.now})
	return secret
}

func (s *script) Traits() provider.Traits { return s.traits }

func (s *script) Reveal(context.Context, string) (secret provider.Secret, err error) {
	if s.silent {
		return provider.Secret{}, provider.ErrNotTold
	}
	err = s.w.gate.do(func() { secret = s.secrets[0].Secret })
	return secret, err
}

func (s *script) Create(context.Context, string) (secret provider.Secret, err error) {
	if s.traits.Most > 0 && len(s.secrets) >= s.traits.Most {
		return provider.Secret{}, errors.New("too many secrets")
	}
	if err = s.w.gate.do(func() { secret = s.make() }); err != nil {
		return provider.Secret{}, err
	}
	time.Sleep(s.slow)
	return secret, nil
}

func (s *script) List(context.Context, string) (listed []provider.Listed, err error) {
	err = s.w.gate.do(func() {
		for _, secret := range s.secrets {
			if secret.ID != "" {
				listed = append(listed, provider.Listed{ID: secret.ID, Created: secret.created})
			}
		}
	})
	return listed, err
}

func (s *script) Remove(_ context.Context, _, id string) error {
	return s.w.gate.do(func() {
		s.secrets = slices.DeleteFunc(s.secrets, func(s scripted) bool { return s.ID == id })
	})
}

func (s *script) Try(_ context.Context, _, secret string) (err error) {
	cut := s.w.gate.do(func() {
		if !s.w.works(secret) || s.refuse && secret != s.made[0] {
			err = fmt.Errorf("%w: invalid_client", provider.ErrRefused)
		}
	})
	if cut != nil {
		return cut
	}
	return err
}
