package suites

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/scopeway/scopeway/authorizer/keyset"
)

// original is a good token and what somebody who wants another one has: two
// good tokens, the public key, and a key of his own.
type original struct {
	raw, another               string
	header, payload, signature string // the parts as they are in raw
	algorithm                  keyset.Algorithm
	public                     crypto.PublicKey
	attacker                   crypto.Signer // of the same kind
}

// mutation makes another text of a token, without the issuer's private key. "" is
// none: it does not apply.
type mutation struct {
	name   string
	mutate func(r *rand.Rand, o original) string
}

// headerWith replaces the header's text by what change makes of it.
func (o original) headerWith(change func(text string) string) string {
	return encode([]byte(change(string(decode(o.header))))) + "." + o.payload + "." + o.signature
}

func (o original) payloadWith(change func(text string) string) string {
	return o.header + "." + encode([]byte(change(string(decode(o.payload))))) + "." + o.signature
}

func (o original) signatureWith(signature []byte) string {
	return o.header + "." + o.payload + "." + encode(signature)
}

func decode(part string) []byte { return must(base64.RawURLEncoding.DecodeString(part)) }

// member puts a member at the start of a JSON object or at its end.
func member(r *rand.Rand, object, member string) string {
	if r.IntN(2) == 0 {
		return "{" + member + "," + strings.TrimPrefix(object, "{")
	}
	return strings.TrimSuffix(object, "}") + "," + member + "}"
}

func flip(r *rand.Rand, data []byte) []byte {
	data = bytes.Clone(data)
	if len(data) > 0 {
		data[r.IntN(len(data))] ^= 1 << r.IntN(8)
	}
	return data
}

// with returns the header with one member set, and all others as they were.
func with(text, name string, value any) string {
	var object map[string]any
	must(0, json.Unmarshal([]byte(text), &object))
	object[name] = value
	if value == nil {
		delete(object, name)
	}
	return string(must(json.Marshal(object)))
}

var mutations = []mutation{
	{"a bit of the text", func(r *rand.Rand, o original) string { return string(flip(r, []byte(o.raw))) }},
	{"a bit of the header", func(r *rand.Rand, o original) string {
		return o.headerWith(func(text string) string { return string(flip(r, []byte(text))) })
	}},
	{"a bit of the payload", func(r *rand.Rand, o original) string {
		return o.payloadWith(func(text string) string { return string(flip(r, []byte(text))) })
	}},
	{"a bit of the signature", func(r *rand.Rand, o original) string { return o.signatureWith(flip(r, decode(o.signature))) }},
	{"a character more", func(r *rand.Rand, o original) string {
		at := r.IntN(len(o.raw) + 1)
		return o.raw[:at] + pick(r, "A", "_", "-", "=", "==", "\n", "\r", "\r\n", " ", "\t", "\x00", ".", "+", "/", "%", "é") + o.raw[at:]
	}},
	{"some characters less", func(r *rand.Rand, o original) string {
		from := r.IntN(len(o.raw))
		return o.raw[:from] + o.raw[min(len(o.raw), from+1+r.IntN(8)):]
	}},
	{"a part in another alphabet or padded", func(r *rand.Rand, o original) string {
		parts := strings.Split(o.raw, ".")
		n := r.IntN(3)
		parts[n] = pick(r, base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding).EncodeToString(decode(parts[n]))
		return strings.Join(parts, ".")
	}},
	{"other bits in a part's tail", func(r *rand.Rand, o original) string {
		const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		parts := strings.Split(o.raw, ".")
		n := r.IntN(3)
		free := map[int]int{2: 4, 3: 2}[len(parts[n])%4]
		if free == 0 {
			return ""
		}
		last := strings.IndexByte(letters, parts[n][len(parts[n])-1])
		parts[n] = parts[n][:len(parts[n])-1] + string(letters[last^(1+r.IntN(1<<free-1))])
		return strings.Join(parts, ".")
	}},
	{"something around it", func(r *rand.Rand, o original) string {
		return pick(r, " "+o.raw, o.raw+" ", o.raw+"\n", "\n"+o.raw, o.raw+"\x00", "Bearer "+o.raw, `"`+o.raw+`"`, "\ufeff"+o.raw)
	}},
	{"other parts", func(r *rand.Rand, o original) string {
		return pick(r, o.header+"."+o.payload, o.header+"."+o.payload+".", o.header+".."+o.signature, "."+o.payload+"."+o.signature,
			o.raw+".", "."+o.raw, o.raw+"."+o.signature, o.header+"."+o.raw, o.raw+"."+o.raw, o.payload+"."+o.header+"."+o.signature,
			o.raw+"..", o.header+"."+o.payload+"."+o.payload+"."+o.payload+"."+o.signature)
	}},
	{"parts of two tokens", func(r *rand.Rand, o original) string {
		mine, other := strings.Split(o.raw, "."), strings.Split(o.another, ".")
		n := 1 + r.IntN(6) // which of the three, as bits
		for i := range mine {
			if n>>i&1 == 1 {
				mine[i] = other[i]
			}
		}
		return strings.Join(mine, ".")
	}},
	{"a JSON form", func(r *rand.Rand, o original) string {
		return pick(r,
			fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q}`, o.payload, o.header, o.signature),
			fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q}]}`, o.payload, o.header, o.signature),
			fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":""},{"protected":%q,"signature":%q}]}`, o.payload, o.header, o.header, o.signature))
	}},
	{"another alg", func(r *rand.Rand, o original) string {
		names := []string{"none", "None", "", "HS256", "HS384", "HS512", "ES256K", "Ed25519", "Ed448", "RSA-OAEP", "dir"}
		for _, algorithm := range keyset.Algorithms() {
			names = append(names, string(algorithm), strings.ToLower(string(algorithm)), string(algorithm)+" ")
		}
		name := pick(r, names...)
		if name == string(o.algorithm) {
			return ""
		}
		return o.headerWith(func(text string) string { return with(text, "alg", name) })
	}},
	{"alg none, no signature", func(r *rand.Rand, o original) string {
		header := with(string(decode(o.header)), "alg", pick[any](r, "none", "None", "NONE", "nOnE", "", nil, 0, []string{"none"}))
		return encode([]byte(header)) + "." + o.payload + "."
	}},
	{"HMAC with the public key", func(r *rand.Rand, o original) string {
		der := must(x509.MarshalPKIXPublicKey(o.public))
		jwk := must(json.Marshal(jose.JSONWebKey{Key: o.public, KeyID: kidFor(o.algorithm), Use: "sig"}))
		secret := pick(r, der, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), jwk, []byte(nil))
		signed := encode([]byte(with(string(decode(o.header)), "alg", "HS256"))) + "." + o.payload
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(signed))
		return signed + "." + encode(mac.Sum(nil))
	}},
	{"another kid", func(r *rand.Rand, o original) string {
		return o.headerWith(func(text string) string {
			return with(text, "kid", pick[any](r, nil, "", "unknown", 0, kidFor(o.algorithm)+"-other", "ed", "p256", "../../dev/null", "' or 1=1 --"))
		})
	}},
	{"another member of the header", func(r *rand.Rand, o original) string {
		return o.headerWith(func(text string) string {
			return member(r, text, pick(r, `"crit":[]`, `"crit":["exp"],"exp":1`, `"b64":false,"crit":["b64"]`, `"zip":"DEF"`, `"enc":"A128GCM"`, `"cty":"JWT"`, `"jku":"https://evil.example/keys"`, `"typ":"at+jwt"`, `"x":1`))
		})
	}},
	{"a member twice", func(r *rand.Rand, o original) string {
		if r.IntN(2) == 0 {
			return o.headerWith(func(text string) string {
				return member(r, text, pick(r, fmt.Sprintf(`"alg":%q`, o.algorithm), `"alg":"none"`, `"ALG":"none"`, `"\u0061lg":"none"`, `"kid":"ed"`, `"typ":"JWT"`))
			})
		}
		return o.payloadWith(func(text string) string {
			return member(r, text, pick(r, `"sub":"admin"`, `"exp":9999999999`, `"scope":"orders/read orders/write"`, `"EXP":9999999999`, `"\u0073ub":"admin"`))
		})
	}},
	{"other spelling of the JSON", func(r *rand.Rand, o original) string {
		change := func(text string) string {
			return pick(r, " "+text, text+"\n", "\ufeff"+text, text+text, "["+text+"]", strings.Replace(text, `"`, ` "`, 1), strings.Replace(text, ":", " :", 1), text+"\x00", strings.Replace(text, `"a`, `"\u0061`, 1), strings.TrimSuffix(text, "}"))
		}
		if r.IntN(2) == 0 {
			return o.headerWith(change)
		}
		return o.payloadWith(change)
	}},
	{"another claim", func(r *rand.Rand, o original) string {
		return o.payloadWith(func(text string) string {
			return pick(r, with(text, "sub", "admin"), with(text, "scope", "orders/read orders/write"), with(text, "exp", now.Unix()+86400), with(text, "jti", "another"), with(text, "admin", true))
		})
	}},
	{"a key of one's own in the header", func(r *rand.Rand, o original) string {
		header := string(decode(o.header))
		switch set := string(ring{"evil": o.attacker}.document()); r.IntN(4) {
		case 0:
			key := strings.TrimSuffix(strings.TrimPrefix(set, `{"keys":[`), "]}")
			header = member(r, header, `"jwk":`+key)
		case 1:
			header = member(r, header, fmt.Sprintf(`"jku":"data:application/json,%s"`, encode([]byte(set))))
		case 2:
			header = member(r, header, fmt.Sprintf(`"x5c":[%q]`, base64.StdEncoding.EncodeToString(must(x509.MarshalPKIXPublicKey(o.attacker.Public())))))
		}
		return compact(o.algorithm, o.attacker, header, string(decode(o.payload)))
	}},
}
