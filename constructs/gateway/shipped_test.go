package gateway_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/keyset"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
	"github.com/scopeway/scopeway/internal/compile"
)

// partnerKey is the public key of RFC 8037, appendix A.2.
const partnerKey = `{"kty":"OKP","crv":"Ed25519","kid":"2026","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`

// partner is an issuer with shipped keys, or with a URL if there are none.
func partner(s *shop, id string, keys string) identity.Identity {
	props := &identity.IssuerProps{
		Url: "https://" + strings.ToLower(id) + ".example.com", Keys: keys,
		Serves: identity.Serves{s.orders: "https://orders.example.com"}, Algorithms: []string{"EdDSA"},
	}
	if keys == "" {
		props.KeysUrl = props.Url + "/keys"
	}
	return identity.NewIssuer(s.stack, id, props)
}

func TestShippedKeysTravelBesideTheTable(t *testing.T) {
	build := func(t *testing.T, rest bool, keys string) (place string, environment string) {
		s := newShop(t)
		trusts := []identity.Identity{s.users, partner(s, "Partner", keys)}
		if rest {
			gateway.NewRestApi(s.stack, "Api", &gateway.RestApiProps{Trusts: trusts}).Handle("GET /orders", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		} else {
			s.bareApi(&gateway.HttpApiProps{Trusts: trusts}).Handle("GET /orders", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
		}
		for _, f := range mustSynth(t, s.app).ofType("AWS::Lambda::Function") {
			code := f.Properties["Code"].(map[string]any)
			if code["S3Key"] == nil {
				continue
			}
			text, err := json.Marshal(f.Properties["Environment"])
			if err != nil {
				t.Fatal(err)
			}
			return filepath.Join(*s.app.Outdir(), "asset."+strings.TrimSuffix(code["S3Key"].(string), ".zip")), string(text)
		}
		t.Fatal("no function has an asset")
		return "", ""
	}
	set := `{"keys":[` + partnerKey + `]}`
	fetched, _ := build(t, false, "")
	if _, err := os.Stat(filepath.Join(fetched, "keys.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("keys.json is there without shipped keys: %v", err)
	}
	places := map[string]bool{filepath.Base(fetched): true}
	for _, keys := range []string{set, strings.Replace(set, "2026", "2027", 1)} {
		for _, rest := range []bool{false, true} {
			place, environment := build(t, rest, keys)
			places[filepath.Base(place)] = true
			text, err := os.ReadFile(filepath.Join(place, "keys.json"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := authorizer.ParseKeys(text)
			if err != nil || len(got) != 1 || got["Main/Partner"] == nil || !got["Main/Partner"].Fits([]keyset.Algorithm{keyset.EdDSA}) {
				t.Errorf("keys.json = %s, %v, want the partner's keys", text, err)
			}
			if !strings.Contains(environment, `\\\"name\\\":\\\"Main/Partner\\\",\\\"issuer\\\":\\\"https://partner.example.com\\\",\\\"keys\\\":\\\"shipped\\\"`) && !strings.Contains(environment, `\"name\":\"Main/Partner\",\"issuer\":\"https://partner.example.com\",\"keys\":\"shipped\"`) {
				t.Errorf("environment = %s, want a partner with shipped keys", environment)
			}
		}
	}
	// One table with three sets of keys, the same for both kinds of API.
	if len(places) != 3 {
		t.Errorf("the assets are %v, want one for each set of keys", places)
	}
	if again, _ := build(t, false, " { \"x\": [], \"keys\" : [ "+partnerKey+" ] }\n"); !places[filepath.Base(again)] {
		t.Error("the same keys in another spelling have another asset")
	}
}

func TestShippedKeysThatFailTheSynthOfAnApi(t *testing.T) {
	for name, c := range map[string]struct {
		build func(s *shop) []identity.Identity
		id    string
		text  string
	}{
		"one key for two issuers": {func(s *shop) []identity.Identity {
			return []identity.Identity{partner(s, "Partner", `{"keys":[`+partnerKey+`]}`), partner(s, "Second", `{"keys":[`+strings.Replace(partnerKey, "2026", "b", 1)+`]}`)}
		}, "SharedKeys", "or one key"},
		"a private key": {func(s *shop) []identity.Identity {
			return []identity.Identity{partner(s, "Partner", `{"keys":[`+strings.Replace(partnerKey, `{`, `{"d":"hunter2",`, 1)+`]}`)}
		}, "PrivateKeys", "must be public"},
		"an empty set": {func(s *shop) []identity.Identity {
			return []identity.Identity{partner(s, "Partner", `{"keys":[]}`)}
		}, "ShippedKeys", "has no key"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			s.bareApi(&gateway.HttpApiProps{Trusts: append(c.build(s), s.users)}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
			_, failure := synth(s.app)
			if ids := problemIDs(failure); fmt.Sprint(ids) != fmt.Sprint([]string{c.id}) || !has(failure, c.text) || has(failure, "hunter2") {
				t.Errorf("synth said %s\ngot %v, want %s", failure, ids, c.id)
			}
			if found, _ := filepath.Glob(filepath.Join(*s.app.Outdir(), "asset.*", "keys.json")); len(found) > 0 {
				t.Errorf("keys were written to %v", found)
			}
		})
	}
}

func TestAnAuthorizerThatWasCompiledBeforeTakesShippedKeys(t *testing.T) {
	binary, err := compile.Authorizer.For("arm64")
	if err != nil {
		t.Fatal(err)
	}
	s, code := newShop(t), filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(code, binary, 0o600); err != nil {
		t.Fatal(err)
	}
	s.bareApi(&gateway.HttpApiProps{
		Trusts:     []identity.Identity{s.users, partner(s, "Partner", `{"keys":[`+partnerKey+`]}`)},
		Authorizer: &gateway.AuthorizerProps{Code: code},
	}).Handle("GET /x", access.Require(s.read, s.write), gateway.ToLambda(s.fn))
	mustSynth(t, s.app)
	for _, name := range []string{"bootstrap", "table.json", "keys.json"} {
		if found, _ := filepath.Glob(filepath.Join(*s.app.Outdir(), "asset.*", name)); len(found) != 1 {
			t.Errorf("%s is in %d assets, want 1", name, len(found))
		}
	}
}
