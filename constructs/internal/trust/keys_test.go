package trust

import (
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// Public keys of RFC 8037, appendix A.2, and of RFC 7517, appendix A.1.
const (
	edKey = `{"kty":"OKP","crv":"Ed25519","kid":"2026","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	ecKey = `{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":"1"}`
)

func setOf(keys ...string) string { return `{"keys":[` + strings.Join(keys, ",") + `]}` }

// shipped is an identity with these keys.
func shipped(name string, keys ...string) Trust {
	t := Trust{Name: name, Keys: "https://issuer.example.com/keys"}
	t.Ship(setOf(keys...))
	return t
}

func TestTheAuthorizerReadsTheKeysThatAreShipped(t *testing.T) {
	trusted := []Trust{shipped("Main/Users", edKey), {Name: "Main/Fetched", Keys: "https://p.example.com/keys"}, shipped(`Main/<"Partner">`, ecKey, edKey)}
	keys, err := authorizer.ParseKeys(KeysFile(trusted))
	if err != nil || len(keys) != 2 {
		t.Fatalf("ParseKeys(%s) = %v, %v, want two sets", KeysFile(trusted), keys, err)
	}
	if _, err := keys["Main/Users"].Find(t.Context(), "2026", keyset.EdDSA); err != nil {
		t.Error(err)
	}
	if _, err := keys[`Main/<"Partner">`].Find(t.Context(), "1", keyset.ES256); err != nil {
		t.Error(err)
	}
	if trusted[0].Keys != authorizer.ShippedKeys || keysVersion != authorizer.KeysVersion {
		t.Errorf("identity has the keys %q, file the version %d; the authorizer reads %q and %d", trusted[0].Keys, keysVersion, authorizer.ShippedKeys, authorizer.KeysVersion)
	}
}

func TestThereIsNoFileWithoutShippedKeys(t *testing.T) {
	if got := KeysFile([]Trust{{Name: "Main/Users", Keys: "https://issuer.example.com/keys"}}); got != nil {
		t.Errorf("KeysFile = %s, want none", got)
	}
	var none Trust
	none.Ship("")
	if none.Keys != "" || none.Shipped != nil {
		t.Errorf("Ship made %+v of no keys", none)
	}
}

func TestOnlyWhatTheAuthorizerReadsIsShipped(t *testing.T) {
	chatty := strings.Replace(edKey, `{`, `{"x5c":["MIIB"],"password":"hunter2","nested":{"d":"hunter2"},"KTY":"oct","use":"sig",`, 1)
	got := string(KeysFile([]Trust{shipped("Users", chatty, `null`, `7`, `"hunter2"`, `["hunter2"]`)}))
	if want := `{"version":1,"sets":{"Users":{"keys":[{"crv":"Ed25519","kid":"2026","kty":"OKP","use":"sig","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}}}`; got != want {
		t.Errorf("KeysFile = %s, want %s", got, want)
	}
	// What another parser could take for the keys is not looked at.
	var two Trust
	two.Ship(`{"keys":[` + edKey + `],"KEYS":[` + ecKey + `],"Keys":["hunter2"]}`)
	if got := string(KeysFile([]Trust{two})); strings.Contains(got, "P-256") || strings.Contains(got, "hunter2") || !strings.Contains(got, "Ed25519") {
		t.Errorf("KeysFile = %s, want the members named keys", got)
	}
}

func TestTheFileDependsOnTheKeysAndNotOnTheirSpelling(t *testing.T) {
	spaced := Trust{Name: "Users"}
	spaced.Ship("{ \"more\": 1,\n \"keys\": [ " + strings.ReplaceAll(edKey, ",", " , ") + " ] }")
	first := string(KeysFile([]Trust{shipped("Users", edKey)}))
	if got := string(KeysFile([]Trust{spaced})); got != first {
		t.Errorf("KeysFile = %s, want %s", got, first)
	}
	if got := string(KeysFile([]Trust{shipped("Users", strings.Replace(edKey, "2026", "2027", 1))})); got == first {
		t.Error("another kid makes the same file")
	}
}

func TestWhichIdentitiesShareAKey(t *testing.T) {
	broken := Trust{Name: "Broken"}
	broken.Ship("{}")
	for _, c := range []struct {
		name string
		a, b Trust
		want bool
	}{
		{"one URL", Trust{Keys: "https://i.example/a"}, Trust{Keys: "https://i.example/a"}, true},
		{"two URLs", Trust{Keys: "https://i.example/a"}, Trust{Keys: "https://i.example/b"}, false},
		{"one shipped key under two names", shipped("A", edKey), shipped("B", ecKey, strings.Replace(edKey, "2026", "2027", 1)), true},
		{"two shipped keys", shipped("A", edKey), shipped("B", ecKey), false},
		{"a URL and shipped keys", Trust{Keys: "https://i.example/a"}, shipped("B", ecKey), false},
		{"sets that are reported", broken, broken, false},
	} {
		if c.a.Shares(c.b) != c.want || c.b.Shares(c.a) != c.want {
			t.Errorf("%s: Shares = %v, want %v", c.name, c.a.Shares(c.b), c.want)
		}
	}
}

func TestKeysThatMustNotBeShippedAreReported(t *testing.T) {
	ed, private := []string{"EdDSA"}, strings.Replace(edKey, `{`, `{"d":"hunter2",`, 1)
	for _, c := range []struct {
		name, text, url string
		algorithms      []string
		id, want        string // of the one problem, "" for none
	}{
		{"no keys", "", "", ed, "", ""},
		{"no keys and a URL", "", "https://issuer.example.com/keys", ed, "", ""},
		{"good keys", setOf(edKey, ecKey), "", ed, "", ""},
		{"good keys beside odd ones", setOf(edKey, `{"kty":"AKP","alg":"ML-DSA-65","pub":"AA"}`, `null`), "", ed, "", ""},
		{"good keys for no algorithm, which is reported elsewhere", setOf(edKey), "", nil, "", ""},
		{"good keys and a URL", setOf(edKey), "https://issuer.example.com/keys", ed, "KeysTwice", "write KeysUrl, or Keys"},
		{"garbage", "hunter2", "", ed, "ShippedKeys", "is not strict JSON"},
		{"a blank", " ", "", ed, "ShippedKeys", "is not strict JSON"},
		{"the path of a file", "./jwks.json", "", ed, "ShippedKeys", "Write the text of the key set"},
		{"a URL", "https://issuer.example.com/keys", "", ed, "ShippedKeys", "is not strict JSON"},
		{"one key", edKey, "", ed, "ShippedKeys", "has no array named keys"},
		{"an empty set", setOf(), "", ed, "ShippedKeys", "has no key"},
		{"a key for encryption", setOf(strings.Replace(edKey, `{`, `{"use":"enc",`, 1)), "", ed, "ShippedKeys", "has no key that can be used (key 1 of 1: use is not sig)"},
		{"a weak key", setOf(`{"kty":"RSA","n":"AQAB","e":"AQAB"}`), "", []string{"RS256"}, "ShippedKeys", "out of bounds"},
		{"a member twice", `{"keys":[],"keys":[` + edKey + `]}`, "", ed, "ShippedKeys", "is not strict JSON"},
		{"keys for another algorithm", setOf(ecKey), "", []string{"EdDSA", "RS256"}, "ShippedKeys", `no key for its algorithms, got ["EdDSA" "RS256"]`},
		{"a private key", setOf(ecKey, private), "", ed, "PrivateKeys", "key 2 of 2 has secret parts"},
		{"a symmetric key", setOf(edKey, `{"kty":"oct","k":"hunter2"}`), "", ed, "PrivateKeys", "have the issuer replace it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ps := KeysProblems(c.text, c.url, c.algorithms, "issuer", access.Site{})
			switch {
			case c.id == "" && len(ps) != 0:
				t.Errorf("KeysProblems = %v, want none", ps)
			case c.id != "" && (len(ps) != 1 || ps[0].ID != c.id || !strings.Contains(ps[0].Text, c.want)):
				t.Errorf("KeysProblems = %v, want %s with %q", ps, c.id, c.want)
			}
			if strings.Contains(ps.Error(), "hunter2") {
				t.Errorf("the text is in the message: %v", ps)
			}
		})
	}
}
