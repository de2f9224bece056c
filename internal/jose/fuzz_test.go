package jose

import (
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/allocated"
)

// memory is what a token may allocate, in bytes, before a signature is looked at:
// its parts decoded, and its header read.
func memory(raw string) uint64 { return 64*uint64(min(len(raw), MaxBytes)) + 4096 }

// Whatever the text: no panic, no more memory than it may buy, a refusal with a
// reason of this package, and what is not refused has one spelling.
func FuzzSplit(f *testing.F) {
	good := encode(`{"alg":"ES256","kid":"1","typ":"at+jwt"}`) + "." + encode(`{"iss":"joe"}`) + "." + encode("signature")
	for _, raw := range []string{
		good, "", "..", "...", "....", good + "=", good + "\n", " " + good, good[1:], good[:len(good)-1], good + "." + good, strings.Repeat(".", 9000),
		encode(`{"alg":"none","alg":"ES256"}`) + "..", encode(`{"alg":"ES256","crit":[]}`) + "..", encode(strings.Repeat("[", 3000)) + "..",
		encode("["+strings.Repeat("1,", 3000)+"1]") + "..", `{"protected":"` + good + `"}`, "ey\r\nJ.e30.", "ey-_.+/.", "\xff.\x00.\xe2",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		var token *Token
		var reason access.Reason
		if n, ok := allocated.Within(memory(raw), func() { token, reason = read(raw) }); !ok {
			t.Errorf("%d bytes are split with %d bytes of memory: %q", len(raw), n, raw)
		}
		if token == nil {
			if !slices.Contains([]access.Reason{access.TokenTooLarge, access.TokenEncrypted, access.TokenMalformed, access.HeaderRefused}, reason) {
				t.Errorf("%q is refused with %q", raw, reason)
			}
			return
		}
		last := strings.LastIndexByte(raw, '.')
		header, payload, _ := strings.Cut(raw[:last], ".")
		if len(raw) > MaxBytes || string(token.Signed) != raw[:last] || encode(string(token.Signature)) != raw[last+1:] ||
			encode(string(token.Payload)) != payload || header == "" || strings.ContainsAny(raw, "=\r\n+/ ") {
			t.Errorf("%q is read as %+v", raw, token)
		}
		for _, name := range []string{"crit", "b64", "enc", "zip"} {
			if Present(token.Header, name) {
				t.Errorf("%q is let through with %s", raw, name)
			}
		}
		if Verify(token.Algorithm, []byte("secret"), token.Signed, token.Signature) || Verify(token.Algorithm, nil, token.Signed, token.Signature) {
			t.Errorf("%q verifies without a key", raw)
		}
	})
}

func TestATokenThatIsTooLongBuysNoMemory(t *testing.T) {
	for name, raw := range map[string]string{
		"letters":      strings.Repeat("A", 5<<20),
		"dots":         strings.Repeat(".", 5<<20),
		"two dots":     strings.Repeat("A", 1<<20) + "." + strings.Repeat("A", 1<<20) + ".A",
		"a JWE":        strings.Repeat("A", 4000) + "." + strings.Repeat("A", 4000) + "...",
		"many parts":   strings.Repeat("e30.", 2000),
		"a JWE's bomb": encode(`{"alg":"PBES2-HS256+A128KW","p2c":2147483647,"enc":"A128GCM","zip":"DEF"}`) + ".AA.AA.AA.AA",
	} {
		if n, ok := allocated.Within(512, func() { _, _ = read(raw) }); !ok {
			t.Errorf("%s: %d bytes of memory before the refusal", name, n)
		}
	}
}
