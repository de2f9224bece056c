package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/scopeway/scopeway/issuertest"
)

// hostile is a token of the load, and what it is called.
type hostile struct{ kind, token string }

// good is what the tokens among the garbage are called that may pass.
const good = "a good token, beside them"

// kind is one kind of garbage.
type kind struct {
	name string
	make func(f *forger) string
}

// kinds are what arrives at an API that is known to the world. What says
// "signed" was once good or is good elsewhere, so its signature holds; for all
// else the sender has no key.
var kinds = []kind{
	{"no token at all: random text", func(f *forger) string { return f.random(500) }},
	{"three parts of random text", func(f *forger) string { return f.random(60) + "." + f.random(400) + "." + f.random(342) }},
	{"five parts, as if encrypted", func(f *forger) string {
		return f.token(map[string]any{"alg": "RSA-OAEP", "enc": "A256GCM"}, nil) + "." + f.random(120) + "." + f.random(22)
	}},
	{`"alg":"none"`, func(f *forger) string {
		token := f.token(map[string]any{"alg": "none"}, nil)
		return token[:strings.LastIndexByte(token, '.')+1]
	}},
	{"HMAC", func(f *forger) string { return f.token(map[string]any{"alg": "HS256"}, nil) }},
	{"another issuer's", func(f *forger) string {
		return f.token(nil, map[string]any{"iss": "https://" + f.random(8) + ".example"})
	}},
	{"JSON that nests 900 deep", func(f *forger) string {
		deep := strings.Repeat("[", 900) + strings.Repeat("]", 900)
		return f.token(nil, map[string]any{"x": json.RawMessage(deep)})
	}},
	{"of 9 KB", func(f *forger) string { return f.token(nil, map[string]any{"x": f.random(6000)}) }},
	{"an invented key id", func(f *forger) string { return f.token(map[string]any{"kid": f.random(12)}, nil) }},
	{"all right but for the signature", func(f *forger) string { return f.token(nil, nil) }},
	{"expired, signed", (*forger).expired},
	{"for another audience, signed", (*forger).elsewhere},
	{"an ID token, signed", (*forger).idToken},
}

// forger makes garbage, the same in each run but for keys, times and names.
type forger struct {
	*scene
	random func(n int) string
	count  int
	header map[string]any
	claims map[string]any
	signed map[string][]string // RSA signs slowly: those take turns
}

func newForger(s *scene) (*forger, error) {
	source := rand.New(rand.NewPCG(5, 17))
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	f := &forger{scene: s, signed: map[string][]string{}, random: func(n int) string {
		text := make([]byte, n)
		for i := range text {
			text[i] = alphabet[source.IntN(len(alphabet))]
		}
		return string(text)
	}}
	parts := strings.Split(s.tokens["RS256"][0], ".")
	for i, into := range []*map[string]any{&f.header, &f.claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// load is n tokens that must not pass, of all kinds in equal parts, and among
// them good ones, each of them once.
func (f *forger) load(n int) []hostile {
	var all []hostile
	for i := range n {
		k := kinds[i%len(kinds)]
		all = append(all, hostile{k.name, k.make(f)})
	}
	for _, token := range f.tokens["RS256"] {
		all = append(all, hostile{good, token})
	}
	rand.New(rand.NewPCG(5, 18)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// token is a good token with changes, no two alike, and without a signature that
// holds.
func (f *forger) token(header, claims map[string]any) string {
	f.count++
	return f.part(f.header, header) + "." + f.part(f.claims, claims, map[string]any{"jti": fmt.Sprint("forged-", f.count)}) + "." + f.signature()
}

// signature has the size of one by RSA with 2048 bits.
func (f *forger) signature() string {
	raw := make([]byte, 256)
	copy(raw[1:], f.random(255)) // less than any modulus
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (f *forger) part(usual map[string]any, changes ...map[string]any) string {
	all := maps.Clone(usual)
	for _, c := range changes {
		maps.Copy(all, c)
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err) // maps of text and numbers
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// inTurn returns one of 64 tokens.
func (f *forger) inTurn(name string, make func() string) string {
	f.count++
	if len(f.signed[name]) < 64 {
		f.signed[name] = append(f.signed[name], make())
	}
	return f.signed[name][f.count%len(f.signed[name])]
}

func (f *forger) expired() string {
	then := time.Now().Add(-3 * time.Hour).Unix()
	return f.inTurn("expired", func() string {
		return f.sign("RS256", nil, issuertest.Claims{"iat": then, "exp": then + 3600})
	})
}

func (f *forger) elsewhere() string {
	return f.inTurn("elsewhere", func() string {
		return f.sign("RS256", nil, issuertest.Claims{"aud": "https://elsewhere.example.com"})
	})
}

func (f *forger) idToken() string {
	return f.inTurn("id", func() string {
		return f.sign("RS256", issuertest.Header{"typ": "JWT"}, issuertest.Claims{"nonce": f.random(12)})
	})
}
