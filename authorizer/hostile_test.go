package authorizer_test

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/authorizer/token"
	"github.com/scopeway/scopeway/internal/allocated"
)

// The token has been let through before, so it is remembered: each other token
// must be found to be another.
func TestATokenWithAnyBitOfItChangedIsNeverAllowed(t *testing.T) {
	issuer := newIssuer(t)
	good := issuer.token(signedAs("RS256")) // of which there is one signature
	for kind, build := range map[string]func(r request) []byte{
		"http": func(r request) []byte { return r.event(t) },
		"rest": func(r request) []byte { return r.restEvent(t) },
	} {
		s := newSubject(t, issuer.trusted())
		if got := s.handle(t, build(request{authorization: "Bearer " + good})); !got.answer.IsAuthorized {
			t.Fatalf("%s: the good token is refused: %s", kind, got.output)
		}
		for bit := range len(good) * 8 {
			changed := []byte(good)
			changed[bit/8] ^= 1 << (bit % 8)
			s.output.Reset()
			answer, err := s.Handle(t.Context(), build(request{authorization: "Bearer " + string(changed)}))
			if answer.IsAuthorized || strings.Contains(s.output.String(), `"fault"`) || s.output.Len() == 0 {
				t.Errorf("%s: with bit %d changed: %+v, %v, %s", kind, bit, answer, err, s.output.String())
			}
		}
	}
}

// panicking is an error and a text that panics when it is written.
type panicking struct{ text string }

func (p panicking) Error() string  { panic(p.text) }
func (p panicking) String() string { panic(p.text) }

// wrapped is an error of the runtime with the token around it.
type wrapped struct {
	cause error
	token string
}

func (w wrapped) Error() string { return w.token + ": " + w.cause.Error() }
func (w wrapped) Unwrap() error { return w.cause }

// deep panics far down, with the token among the arguments of every call: a
// runtime's own dump of the stack shows arguments.
func deep(n int, token string, rest ...any) (crypto.PublicKey, error) {
	if n == 0 {
		panic(fmt.Sprint(token, rest))
	}
	return deep(n-1, token, append(rest, token[:12], []byte(token))...)
}

// place is a function with its file and line, and no arguments.
var place = regexp.MustCompile(`^\S+ \S+\.(go|s):\d+$`)

func TestAPanicShowsItsStackAndNothingOfTheToken(t *testing.T) {
	server := newIssuer(t)
	token := server.token()
	bearer := "Bearer " + token
	for name, find := range map[string]keysThat{
		"with the token":                     func() (crypto.PublicKey, error) { panic(token) },
		"with its bytes":                     func() (crypto.PublicKey, error) { panic([]byte(token)) },
		"with a pointer to it":               func() (crypto.PublicKey, error) { panic(&token) },
		"with a map that has it":             func() (crypto.PublicKey, error) { panic(map[string]any{token: token}) },
		"with an anonymous type":             func() (crypto.PublicKey, error) { panic(struct{ Token string }{token}) },
		"with an error around the runtime's": func() (crypto.PublicKey, error) { panic(wrapped{runtimeError(), token}) },
		"with the runtime's error wrapped":   func() (crypto.PublicKey, error) { panic(fmt.Errorf("%s: %w", token, runtimeError())) },
		"with errors joined":                 func() (crypto.PublicKey, error) { panic(errors.Join(errors.New(token), runtimeError())) },
		"with a value that panics itself":    func() (crypto.PublicKey, error) { panic(panicking{token}) },
		"in a panic's own handling": func() (crypto.PublicKey, error) {
			defer func() { panic(fmt.Sprint(recover(), token)) }()
			panic(token)
		},
		"far down, with the token in each call": func() (crypto.PublicKey, error) { return deep(100, token) },
		"of a map that is nil":                  func() (crypto.PublicKey, error) { noMap[token] = 1; return nil, nil },
		"of a wrong type":                       func() (crypto.PublicKey, error) { return any(token).(error), nil },
		"of a key that cannot be hashed":        func() (crypto.PublicKey, error) { return map[any]int{}[any([]string{token})], nil },
		"of an index":                           func() (crypto.PublicKey, error) { return token[len(bearer)], nil },
		"of a slice":                            func() (crypto.PublicKey, error) { return token[len(bearer):], nil },
		"of a nil pointer":                      func() (crypto.PublicKey, error) { var k *struct{ key int }; return k.key, nil },
		"of a closed channel":                   func() (crypto.PublicKey, error) { c := make(chan string); close(c); c <- token; return nil, nil },
		"of a division by zero":                 func() (crypto.PublicKey, error) { return len(token) / (len(token) - len(token[:])), nil },
	} {
		t.Run(name, func(t *testing.T) {
			issuer := server.trusted()
			issuer.Keys = find
			s := newSubject(t, issuer)
			for kind, raw := range map[string][]byte{"http": request{authorization: bearer}.event(t), "rest": request{authorization: bearer}.restEvent(t)} {
				got := s.handle(t, raw)
				got.check(t, access.Internal)
				got.checkNoToken(t, bearer)
				if len(got.faults) != 1 || got.faults[0].DecisionID != got.line.DecisionID || !strings.HasPrefix(got.faults[0].Cause, "panic") {
					t.Fatalf("%s: output = %s, want one fault", kind, got.output)
				}
				stack := got.faults[0].Stack
				if len(stack) == 0 || !strings.Contains(strings.Join(stack, "\n"), "hostile_test.go:") {
					t.Errorf("%s: the stack does not lead to the panic: %q", kind, stack)
				}
				for _, call := range stack {
					if !place.MatchString(call) || strings.Contains(call, "0x") {
						t.Errorf("%s: the stack has arguments: %q", kind, call)
					}
				}
			}
		})
	}
}

var noMap map[string]int

func runtimeError() (err error) {
	defer func() { err = recover().(error) }()
	var none []int
	return fmt.Errorf("%d", none[len(none)])
}

// breaking is an output that breaks down on its first lines.
type breaking struct {
	bytes.Buffer
	value any
	lines int
}

func (b *breaking) Write(line []byte) (int, error) {
	if b.lines > 0 {
		b.lines--
		panic(b.value)
	}
	return b.Buffer.Write(line)
}

func TestAPanicBehindTheEvaluationLetsNobodyPassAndShowsNoToken(t *testing.T) {
	issuer := newIssuer(t)
	bearer := "Bearer " + issuer.token()
	for name, raw := range map[string][]byte{"http": request{authorization: bearer}.event(t), "rest": request{authorization: bearer}.restEvent(t)} {
		out := &breaking{value: bearer, lines: 1}
		a, err := authorizer.New(authorizer.Config{Table: testTable(t), Issuers: []token.Issuer{issuer.trusted()}, Out: out})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := a.Handle(t.Context(), raw)
		line, faults := readOutput(t, out.String())
		got := outcome{answer: answer, err: err, line: line, faults: faults, output: out.String()}
		got.check(t, access.Internal)
		got.checkNoToken(t, bearer)
		if len(faults) != 1 || faults[0].DecisionID != line.DecisionID || len(faults[0].Stack) == 0 {
			t.Errorf("%s: output = %s, want one fault with its stack", name, got.output)
		}
		out.lines, out.value = 1000, errors.New(bearer)
		out.Reset()
		if answer, err := a.Handle(t.Context(), raw); err == nil || answer != (event.Answer{}) || out.Len() > 0 || strings.Contains(err.Error(), bearer[:20]) {
			t.Errorf("%s: Handle = %+v, %v where nothing can be written, want an error", name, answer, err)
		}
	}
}

// A process that had a panic goes on as before.
func TestAfterAPanicGoodTokensPassAndBadOnesDoNot(t *testing.T) {
	server := newIssuer(t)
	issuer := server.trusted()
	real, broken := issuer.Keys, true
	issuer.Keys = keysFor(func(ctx context.Context, kid string, alg keyset.Algorithm) (crypto.PublicKey, error) {
		if broken {
			panic("broken")
		}
		return real.Find(ctx, kid, alg)
	})
	s := newSubject(t, issuer)
	good := request{authorization: "Bearer " + server.token()}.event(t)
	s.handle(t, good).check(t, access.Internal)
	broken = false
	s.handle(t, good).check(t, access.Allowed)
	s.handle(t, request{authorization: "Bearer " + server.token(server.byStranger())}.event(t)).check(t, access.SignatureInvalid)
	broken = true
	s.handle(t, good).check(t, access.Internal) // a remembered token asks for its key too
	broken = false
	s.handle(t, good).check(t, access.Allowed)
}

type keysFor func(context.Context, string, keyset.Algorithm) (crypto.PublicKey, error)

func (k keysFor) Find(ctx context.Context, kid string, alg keyset.Algorithm) (crypto.PublicKey, error) {
	return k(ctx, kid, alg)
}

// What a stranger sends costs little memory, however it is made.
func TestAHostileTokenBuysLittleMemory(t *testing.T) {
	issuer := newIssuer(t)
	s := newSubject(t, issuer.trusted())
	s.handle(t, request{authorization: "Bearer " + issuer.token()}.event(t)).check(t, access.Allowed)
	body := func(text string) string { return b64([]byte(text)) }
	header := body(`{"alg":"ES256","typ":"at+jwt"}`)
	for name, token := range map[string]string{
		"letters":              strings.Repeat("A", 8000),
		"dots":                 strings.Repeat(".", 8000),
		"digits":               header + "." + body("["+strings.Repeat("1,", 2900)+"1]") + ".AA",
		"names":                header + "." + body(`{"a":0`+names(500)+`}`) + ".AA",
		"a header of digits":   body(`{"alg":"ES256","x":[`+strings.Repeat("1,", 2800)+`1]}`) + ".e30.AA",
		"an issuer of 5 KB":    header + "." + body(`{"iss":"`+strings.Repeat("x", 5000)+`"}`) + ".AA",
		"brackets":             header + "." + body(strings.Repeat("[", 5000)) + ".AA",
		"a signature of 7 KB":  header + "." + body(`{"iss":"x"}`) + "." + strings.Repeat("A", 7000),
		"a good one, 8 KB":     issuer.token(claim("padding", strings.Repeat("x", 5000))),
		"a stranger's, 8 KB":   issuer.token(issuer.byStranger(), claim("padding", strings.Repeat("x", 5000))),
		"thousands of scopes":  issuer.token(claim("scope", strings.TrimSpace(strings.Repeat("a ", 2500)))),
		"thousands of servers": issuer.token(claim("aud", strings.Split(strings.Repeat("a,", 1200), ","))),
	} {
		raw := request{authorization: "Bearer " + token}.event(t)
		if n, ok := allocated.Within(2<<20, func() {
			s.output.Reset()
			_, _ = s.Handle(t.Context(), raw)
		}); !ok {
			t.Errorf("%s: %d bytes of memory for a token of %d", name, n, len(token))
		}
	}
}

func names(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%d":1`, i)
	}
	return b.String()
}

// Whatever the text: no panic, no more memory than it may buy, and each identity
// has all that keeps it safe.
func FuzzIdentitiesBuyLittleMemory(f *testing.F) {
	f.Add([]byte(identities(goodIdentity)))
	f.Add([]byte(identities(goodIdentity, goodIdentity)))
	f.Add([]byte(identities(goodIdentity, "{}")))
	f.Add([]byte(identities()))
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(`{"version":1,"identities":[` + strings.Repeat("{},", 40) + `{}]}`))
	f.Add([]byte(strings.Replace(identities(goodIdentity), `"RS256"`, `"HS256"`, 1)))
	f.Add([]byte(strings.Replace(identities(goodIdentity), `"RS256"`, `"none"`, 1)))
	f.Add([]byte(strings.Replace(identities(goodIdentity), `"name"`, `"skipSignature":true,"name"`, 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		var err error
		limit := 256*uint64(len(text)) + 32<<10
		if n, ok := allocated.Within(limit, func() { _, err = authorizer.ParseIdentities(text) }); !ok {
			t.Errorf("%d bytes are read with %d bytes of memory: %q", len(text), n, text)
		}
		if err != nil {
			return
		}
		got, _ := authorizer.ParseIdentities(text)
		for _, identity := range got {
			if identity.AnyClient == (len(identity.Clients) > 0) || len(identity.Audiences) == 0 || identity.Issuer == "" {
				t.Errorf("ParseIdentities(%q) leaves %+v without a bound", text, identity)
			}
			for _, algorithm := range identity.Algorithms {
				if _, err := keyset.ParseAlgorithm(string(algorithm)); err != nil {
					t.Errorf("ParseIdentities(%q) takes the algorithm %q", text, algorithm)
				}
			}
		}
	})
}
