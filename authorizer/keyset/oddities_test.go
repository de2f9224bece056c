package keyset

import (
	"crypto"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestASetFullOfOddKeysServesItsGoodOnes(t *testing.T) {
	b64 := base64.RawURLEncoding.EncodeToString
	ed, jwkEd := edKey(t, "ed")
	_, twin1 := edKey(t, "twin")
	_, twin2 := edKey(t, "twin")
	ec := ecKey(t, elliptic.P384())
	rsaKey := members7517RSA(t)
	var body atomic.Value
	s := quietServer(t, (*httptest.Server).Start, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, body.Load().(string))
	})
	odd := []string{
		`{"kty":"AKP","alg":"ML-DSA-65","kid":"future","pub":"AA"}`,
		`{"kty":"XYZ-2040","kid":"ed2","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
		rsaKey.with(members{"kid": "encryption", "use": "enc", "alg": "RSA-OAEP"}).String(),
		`{"kty":"OKP","crv":"X25519","kid":"agreement","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
		`{"kty":"OKP","crv":"Ed448","kid":"ed448","x":"` + b64(make([]byte, 57)) + `"}`,
		jwkOf(ecKey(t, elliptic.P256())).with(members{"kid": "bitcoin", "crv": "secp256k1"}).String(),
		jwkOf(&rsa.PublicKey{N: modulus(1024), E: 65537}).with(members{"kid": "weak"}).String(),
		rsaKey.with(members{"kid": "even", "e": b64([]byte{1, 0, 2}), "alg": nil}).String(),
		rsaKey.with(members{"kid": "three", "e": "Aw", "alg": nil}).String(),
		rsaKey.with(members{"kid": "private", "d": "AQAB"}).String(),
		`{"kty":"oct","kid":"symmetric","k":"AAAA"}`,
		strings.Replace(rfc8037Ed, `{`, `{"kid":7,`, 1),
		`null`, `[]`, `"ed"`, `{}`,
		twin1, twin2,
	}
	good := []string{jwkEd, jwkOf(ec).with(members{"kid": "ec"}).String(), rfc7517RSA}
	body.Store(setOf(append(append([]string{good[0]}, odd...), good[1:]...)...))
	set, err := New(Config{URL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kid  string
		alg  Algorithm
		want crypto.PublicKey
	}{{"ed", EdDSA, ed}, {"ec", ES384, ec}, {"", ES384, ec}, {"2011-04-29", RS256, nil}, {"", RS256, nil}} {
		got, err := set.Find(t.Context(), c.kid, c.alg)
		if err != nil || c.want != nil && !c.want.(interface{ Equal(crypto.PublicKey) bool }).Equal(got) {
			t.Errorf("Find(%q, %q) = %v, %v, want its key", c.kid, c.alg, got, err)
		}
	}
	for _, kid := range []string{"future", "ed2", "encryption", "agreement", "ed448", "bitcoin", "weak", "even", "three", "private", "symmetric", "7", "twin"} {
		for _, alg := range Algorithms() {
			if got, err := set.Find(t.Context(), kid, alg); got != nil || !errors.Is(err, ErrNoKey) {
				t.Errorf("Find(%q, %q) = %v, %v, want %v", kid, alg, got, err, ErrNoKey)
			}
		}
	}
}

// misbehaviours are answers that are no key set.
var misbehaviours = map[string]http.HandlerFunc{
	"500":             status(500, "secret"),
	"429":             status(429, ""),
	"a redirect":      func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
	"a web page":      status(200, "<!doctype html><title>Sign in</title>"),
	"nothing":         status(200, ""),
	"half a body":     raw("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + `{"keys":[`),
	"5 MB":            status(200, strings.Repeat(" ", 5<<20)),
	"10,000 keys":     status(200, setOf(strings.Split(strings.Repeat(rfc8037Ed+"\n", 10000), "\n")[:10000]...)),
	"101 keys":        status(200, setOf(strings.Split(strings.Repeat(rfc8037Ed+"\n", 101), "\n")[:101]...)),
	"a dead line":     func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"no answer":       func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	"a slow drip":     drip,
	"two sets":        status(200, setOf(rfc8037Ed)+setOf(rfc8037Ed)),
	"a set with BOM":  status(200, "\ufeff"+setOf(rfc8037Ed)),
	"a repeated name": status(200, `{"keys":[],"keys":[`+rfc8037Ed+`]}`),
}

// drip sends one octet in 50 milliseconds, for ever.
func drip(w http.ResponseWriter, r *http.Request) {
	for {
		if _, err := io.WriteString(w, " "); err != nil {
			return
		}
		w.(http.Flusher).Flush()
		select {
		case <-time.After(50 * time.Millisecond):
		case <-r.Context().Done():
			return
		}
	}
}

func TestAServerThatBeginsToMisbehaveTakesNoKeyAwayForADay(t *testing.T) {
	for name, misbehave := range misbehaviours {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			public, jwk := edKey(t, "kid-1")
			var answer atomic.Value
			answer.Store(status(200, setOf(jwk)))
			var fetches atomic.Int32
			s := quietServer(t, (*httptest.Server).Start, func(w http.ResponseWriter, r *http.Request) {
				fetches.Add(1)
				answer.Load().(http.HandlerFunc)(w, r)
			})
			var ahead atomic.Int64
			failures := 0
			set, err := New(Config{URL: s.URL, Now: func() time.Time { return time.Unix(ahead.Load(), 0) }, Failed: func(error) { failures++ }})
			if err != nil {
				t.Fatal(err)
			}
			at := func(age time.Duration) { ahead.Store(int64(age / time.Second)) }
			find := func(want error) {
				t.Helper()
				start := time.Now()
				got, err := set.Find(t.Context(), "kid-1", EdDSA)
				if !errors.Is(err, want) || want == nil && !public.Equal(got.(ed25519.PublicKey)) {
					t.Errorf("Find = %v, %v, want %v", got, err, want)
				}
				if waited := time.Since(start); waited > fetchTimeout+time.Second {
					t.Errorf("Find waited %v", waited)
				}
			}
			find(nil)
			answer.Store(misbehave)
			at(refreshAfter)
			find(nil)
			find(nil)
			at(hardAge)
			find(ErrUnavailable)
			find(ErrUnavailable)
			if fetches.Load() != 3 || failures != 2 {
				t.Errorf("%d fetches of which %d were reported, want 3 and 2", fetches.Load(), failures)
			}
			answer.Store(status(200, setOf(jwk)))
			at(hardAge + errorCoolDown)
			find(nil)
		})
	}
}
