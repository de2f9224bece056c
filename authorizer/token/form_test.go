package token

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/keyset"
)

// parts are those of a good token, to be put together wrongly.
type parts struct{ header, payload, signature string }

func partsOf(raw string) parts {
	p := strings.Split(raw, ".")
	return parts{p[0], p[1], p[2]}
}

func (p parts) join() string { return p.header + "." + p.payload + "." + p.signature }

// hostileStrings are tokens whose form is wrong, each made from a good one.
var hostileStrings = []struct {
	name string
	raw  func(p parts) string
	want access.Reason
}{
	{"an empty string", func(p parts) string { return "" }, access.TokenMalformed},
	{"one part", func(p parts) string { return p.payload }, access.TokenMalformed},
	{"only dots", func(p parts) string { return ".." }, access.TokenMalformed},
	{"two parts", func(p parts) string { return p.header + "." + p.payload }, access.TokenMalformed},
	{"four parts", func(p parts) string { return p.join() + "." }, access.TokenMalformed},
	{"five parts, an encrypted token", func(p parts) string { return p.join() + ".AAAA.AAAA" }, access.TokenEncrypted},
	{"five parts of nothing", func(p parts) string { return "...." }, access.TokenEncrypted},
	{"five parts of rubbish", func(p parts) string { return "!.?.\n.=.\x00" }, access.TokenEncrypted},
	{"six parts", func(p parts) string { return p.join() + "..." }, access.TokenMalformed},
	{"8193 bytes", func(p parts) string { return p.join() + strings.Repeat("A", 8193-len(p.join())) }, access.TokenTooLarge},
	{"5 MB", func(p parts) string { return strings.Repeat("A", 5<<20) }, access.TokenTooLarge},
	{"5 MB of dots", func(p parts) string { return strings.Repeat(".", 5<<20) }, access.TokenTooLarge},
	{"8192 bytes of dots", func(p parts) string { return strings.Repeat(".", 8192) }, access.TokenMalformed},
	{"8192 bytes of brackets", func(p parts) string {
		p.payload = encode([]byte(strings.Repeat("[", 5000)))
		return p.join()
	}, access.TokenMalformed},
	{"the JSON form", func(p parts) string {
		return `{"protected":"` + p.header + `","payload":"` + p.payload + `","signature":"` + p.signature + `"}`
	}, access.TokenMalformed},
	{"the JSON form with two dots in it", func(p parts) string { return `{"a.b.c":"` + p.header + `"}` }, access.TokenMalformed},
	{"the word Bearer before it", func(p parts) string { return "Bearer " + p.join() }, access.TokenMalformed},
	{"a space before it", func(p parts) string { return " " + p.join() }, access.TokenMalformed},
	{"a space behind it", func(p parts) string { return p.join() + " " }, access.TokenMalformed},
	{"a newline behind it", func(p parts) string { return p.join() + "\n" }, access.TokenMalformed},
	{"a carriage return in the header", func(p parts) string { p.header = p.header[:4] + "\r" + p.header[4:]; return p.join() }, access.TokenMalformed},
	{"a newline in the payload", func(p parts) string { p.payload = p.payload[:4] + "\n" + p.payload[4:]; return p.join() }, access.TokenMalformed},
	{"a newline in the signature", func(p parts) string { p.signature = p.signature[:4] + "\r\n" + p.signature[4:]; return p.join() }, access.TokenMalformed},
	{"a NUL in the payload", func(p parts) string { p.payload = p.payload[:4] + "\x00" + p.payload[4:]; return p.join() }, access.TokenMalformed},
	{"padding behind the header", func(p parts) string { p.header += "="; return p.join() }, access.TokenMalformed},
	{"padding behind the payload", func(p parts) string { p.payload += "=="; return p.join() }, access.TokenMalformed},
	{"padding behind the signature", func(p parts) string { p.signature += "=="; return p.join() }, access.TokenMalformed},
	{"a comma behind the signature", func(p parts) string { return p.join() + "," + p.join()[:20] }, access.TokenMalformed},
	{"the alphabet of plain base64", func(p parts) string { p.signature = "+/+/" + p.signature[4:]; return p.join() }, access.TokenMalformed},
	{"a percent escape", func(p parts) string { p.signature = "%41" + p.signature[1:]; return p.join() }, access.TokenMalformed},
	{"a letter of another alphabet", func(p parts) string { p.header = "е" + p.header[1:]; return p.join() }, access.TokenMalformed},
	{"a signature cut to a length that base64 never has", func(p parts) string { p.signature = p.signature[:len(p.signature)-1]; return p.join() }, access.TokenMalformed},
	{"tail bits of the signature that are not zero", func(p parts) string { p.signature = dirtyTail(p.signature); return p.join() }, access.TokenMalformed},
	{"no header", func(p parts) string { p.header = ""; return p.join() }, access.TokenMalformed},
	{"no payload", func(p parts) string { p.payload = ""; return p.join() }, access.TokenMalformed},
	{"no signature", func(p parts) string { p.signature = ""; return p.join() }, access.SignatureInvalid},
	{"a signature of one byte", func(p parts) string { p.signature = "AA"; return p.join() }, access.SignatureInvalid},
	{"a signature of zeros", func(p parts) string { p.signature = encode(make([]byte, 64)); return p.join() }, access.SignatureInvalid},
	{"a signature with a byte behind it", func(p parts) string { p.signature = encode(append(decoded(p.signature), 0)); return p.join() }, access.SignatureInvalid},
	{"a signature with a zero before each number", func(p parts) string {
		s := decoded(p.signature)
		p.signature = encode(bytes.Join([][]byte{{0}, s[:32], {0}, s[32:]}, nil))
		return p.join()
	}, access.SignatureInvalid},
	{"a signature with a zero between its numbers", func(p parts) string {
		s := decoded(p.signature)
		p.signature = encode(bytes.Join([][]byte{s[:32], {0}, s[32:]}, nil))
		return p.join()
	}, access.SignatureInvalid},
	{"a signature with its numbers exchanged", func(p parts) string {
		s := decoded(p.signature)
		p.signature = encode(append(s[32:len(s):len(s)], s[:32]...))
		return p.join()
	}, access.SignatureInvalid},
	{"a signature in ASN.1", func(p parts) string { p.signature = encode(asn1Signature(decoded(p.signature))); return p.join() }, access.SignatureInvalid},
	{"header and payload exchanged", func(p parts) string { p.header, p.payload = p.payload, p.header; return p.join() }, access.TokenMalformed},
	{"the payload of another scope", func(p parts) string {
		p.payload = encode(bytes.Replace(decoded(p.payload), []byte(`"read"`), []byte(`"write"`), 1))
		return p.join()
	}, access.SignatureInvalid},
	{"the same payload with a space", func(p parts) string { p.payload = encode(append(decoded(p.payload), ' ')); return p.join() }, access.SignatureInvalid},
	{"the same header with a space", func(p parts) string { p.header = encode(append(decoded(p.header), ' ')); return p.join() }, access.SignatureInvalid},
}

func decoded(part string) []byte { return must(base64.RawURLEncoding.DecodeString(part)) }

// dirtyTail sets a bit that decodes to nothing. A 64 byte signature has four.
func dirtyTail(part string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(part) - 1
	return part[:last] + string(alphabet[strings.IndexByte(alphabet, part[last])|1])
}

// asn1Signature is what most libraries make, and JWS does not use.
func asn1Signature(rs []byte) []byte {
	integer := func(n []byte) []byte {
		n = new(big.Int).SetBytes(n).Bytes()
		if n[0] >= 0x80 {
			n = append([]byte{0}, n...)
		}
		return append([]byte{2, byte(len(n))}, n...)
	}
	body := append(integer(rs[:32]), integer(rs[32:])...)
	return append([]byte{0x30, byte(len(body))}, body...)
}

func TestHostileStringsAreRefused(t *testing.T) {
	verifier := newTestVerifier(t, 0)
	good := goodCompact(t, ProfileRFC9068, keyset.ES256)
	if verified, err := verifier.Verify(t.Context(), good); err != nil || verified == nil {
		t.Fatalf("the good token is refused: %v", err)
	}
	for _, c := range hostileStrings {
		t.Run(c.name, func(t *testing.T) {
			verified, err := verifier.Verify(t.Context(), c.raw(partsOf(good)))
			if got := reasonOf(t, verified, err); got != c.want {
				t.Errorf("Verify = %v (%v), want %v", got, err, c.want)
			}
		})
	}
}

func TestATokenOfExactly8192BytesIsRead(t *testing.T) {
	pad := func(n int) string {
		return vector{Profile: ProfileRFC9068, Claims: raw(`{"pad":"` + strings.Repeat("x", n) + `"}`)}.token(t)
	}
	n := 5000
	for len(pad(n)) < maxToken {
		n++
	}
	token := pad(n)
	if len(token) != maxToken { // four characters are three bytes, so one length in four cannot be had
		t.Fatalf("the token has %d bytes", len(token))
	}
	verified, err := newTestVerifier(t, 0).Verify(t.Context(), token)
	if got := reasonOf(t, verified, err); got != access.Allowed {
		t.Errorf("Verify of 8192 bytes = %v (%v), want allowed", got, err)
	}
	verified, err = newTestVerifier(t, 0).Verify(t.Context(), pad(n+1))
	if got := reasonOf(t, verified, err); got != access.TokenTooLarge {
		t.Errorf("Verify of %d bytes = %v (%v), want too large", len(pad(n+1)), got, err)
	}
}
