package event_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/internal/allocated"
)

// memory is what an event may allocate, in bytes: strictjson's share for any
// text, and as much again for what is taken out of it.
func memory(raw []byte) uint64 { return 128*uint64(min(len(raw), event.MaxBytes)) + 16<<10 }

// look does all that is done with an event before a token is looked at.
func look(raw []byte) error {
	r, err := event.Decode(raw)
	if err != nil {
		return err
	}
	for _, route := range r.RouteKeys() {
		_, _ = r.PolicyResource(route)
	}
	if err := r.CheckPath(); err != nil {
		return err
	}
	_, err = r.Credentials()
	return err
}

// crowded are the events of both kinds of API with so many headers more, as many
// as a client can get into them and beyond.
func crowded(t testing.TB, headers int) map[string][]byte {
	fill := func(e map[string]any) {
		for i := range headers {
			name := fmt.Sprintf("%x", i)
			inHeaders(e)[name] = ""
			if multi, isREST := e["multiValueHeaders"].(map[string]any); isREST {
				multi[name] = []string{""}
			}
		}
	}
	return map[string][]byte{"http": edited(t, fill), "rest": restEdited(t, fill)}
}

func TestAnEventBuysLittleMemory(t *testing.T) {
	list := func(e map[string]any) { e["identitySource"] = strings.Split(strings.Repeat("x,", 50_000), ",") }
	events := map[string][]byte{
		"a list of identity sources":   edited(t, list),
		"a token of 200 KB":            edited(t, func(e map[string]any) { inHeaders(e)["authorization"] = "Bearer " + strings.Repeat("A", 200<<10) }),
		"a path of 100 KB":             edited(t, func(e map[string]any) { e["rawPath"], inHTTP(e)["path"] = longPath, longPath }),
		"a path of escapes, REST":      restEdited(t, func(e map[string]any) { e["path"], inContext(e)["path"] = escapes, "/prod"+escapes }),
		"digits":                       []byte(`[1` + strings.Repeat(",1", 120_000) + `]`),
		"brackets":                     []byte(strings.Repeat("[", 200_000)),
		"an event larger than the cap": make([]byte, 6<<20),
		"many values of one header, REST": restEdited(t, func(e map[string]any) {
			inMulti(e)["Authorization"] = strings.Split(strings.Repeat("Bearer a.b.c|", 10_000), "|")
		}),
	}
	for kind, raw := range crowded(t, 5000) {
		events["5000 headers, "+kind] = raw
	}
	for name, raw := range events {
		if n, ok := allocated.Within(memory(raw), func() { _ = look(raw) }); !ok {
			t.Errorf("%s: %d bytes are read with %d bytes of memory, want %d at most", name, len(raw), n, memory(raw))
		}
	}
}

var (
	longPath = "/orders/" + strings.Repeat("a", 100<<10)
	escapes  = "/orders/" + strings.Repeat("%41", 30<<10)
)

// A client can send thousands of headers: reading them must take as long as they
// are many, not as long as the square of that.
func TestManyHeadersTakeTheTimeOfManyHeaders(t *testing.T) {
	few, many := crowded(t, 250), crowded(t, 2500)
	for kind := range few {
		// Ten times as many: a hundred times as long if every header is looked up
		// among all. The quickest of many runs counts, because other programs run.
		quickest := [2]time.Duration{time.Hour, time.Hour}
		for round := range 100 {
			for i, raw := range [][]byte{few[kind], many[kind]} {
				start := time.Now()
				if err := look(raw); err != nil {
					t.Fatal(err)
				}
				quickest[i] = min(quickest[i], time.Since(start))
			}
			if round >= 10 && quickest[1] <= 25*quickest[0] {
				break
			}
		}
		if quickest[1] > 25*quickest[0] {
			t.Errorf("%s: 250 headers take %v, 2500 take %v", kind, quickest[0], quickest[1])
		}
	}
}

// Whatever the bytes: no panic, no more memory than they may buy, and a refusal
// has one of the reasons of this package and nothing of the event.
func FuzzAnEventBuysLittleMemory(f *testing.F) {
	addFixtures(f)
	for _, raw := range crowded(f, 20) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var err error
		if n, ok := allocated.Within(memory(raw), func() { err = look(raw) }); !ok {
			t.Errorf("%d bytes are read with %d bytes of memory: %q", len(raw), n, raw)
		}
		var typed *event.Error
		if err == nil {
			return
		}
		if !errors.As(err, &typed) || typed.Detail == "" {
			t.Fatalf("%q is refused with %v, which is no *event.Error", raw, err)
		}
		switch typed.Reason {
		case access.EventUnreadable, access.PathNotCanonical, access.TokenMissing, access.CredentialsMalformed:
		default:
			t.Errorf("%q is refused with %q", raw, typed.Reason)
		}
	})
}

// FuzzHeaders puts one header of any name, with any values, into events of both
// kinds. Where there is a token, it is the value of the only Authorization header.
func FuzzHeaders(f *testing.F) {
	for _, name := range []string{"authorization", "Authorization", "AUTHORIZATION", "authorızation", "authorization ", "x-authorization", "X-HTTP-Method-Override", "", "\x00"} {
		f.Add(name, "Bearer a.b.c", "", false)
		f.Add(name, "Bearer a.b.c", "Bearer d.e.f", true)
		f.Add(name, "bearer a.b.c, bearer d.e.f", "", true)
	}
	f.Fuzz(func(t *testing.T, name, value, another string, twice bool) {
		values := []string{value}
		if twice {
			values = append(values, another)
		}
		http := edited(t, func(e map[string]any) {
			delete(e, "identitySource")
			delete(inHeaders(e), "authorization")
			inHeaders(e)[name] = strings.Join(values, ",")
		})
		rest := restEdited(t, func(e map[string]any) {
			delete(inHeaders(e), "Authorization")
			delete(inMulti(e), "Authorization")
			inHeaders(e)[name], inMulti(e)[name] = values[len(values)-1], values
		})
		for kind, raw := range map[string][]byte{"http": http, "rest": rest} {
			r, err := event.Decode(raw)
			if err != nil {
				wantError(t, err, access.EventUnreadable, "")
				continue
			}
			if r.Method != "GET" || r.RouteKey != "GET /orders/{id}" || r.SourceIP != "203.0.113.7" {
				t.Errorf("%s: the header %q changes the request: %+v", kind, name, r)
			}
			token, err := r.Credentials()
			if err != nil {
				continue
			}
			scheme, sent, _ := strings.Cut(value, " ")
			if !strings.EqualFold(name, "authorization") || !strings.EqualFold(scheme, "bearer") || sent != token || twice {
				t.Errorf("%s: the header %q with %q gives the token %q", kind, name, values, token)
			}
		}
	})
}
