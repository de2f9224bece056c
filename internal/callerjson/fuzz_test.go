package callerjson

import (
	"reflect"
	"testing"
)

// What is accepted is written and read again as the same caller.
func FuzzDecode(f *testing.F) {
	text, err := Encode(full())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(encoded(`{"v":1,` + least + `}`))
	f.Add(encoded(`{"v":1,"claims":{"a":-1,"b":false,"c":"\u2028\u0000"},` + least + `}`))
	f.Add(encoded(`{"v":1,"sub":"a","sub":"b",` + least + `}`))
	f.Add(Public)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Decode(text)
		if err != nil {
			if !reflect.DeepEqual(c, Caller{}) {
				t.Fatalf("Decode(%q) gave a caller and %v", text, err)
			}
			return
		}
		again, err := Encode(c)
		if err != nil {
			if err == ErrTooLong { // a text may be written shorter than we do
				return
			}
			t.Fatalf("Decode accepts %q, Encode does not: %v", text, err)
		}
		if got, err := Decode(again); err != nil || !reflect.DeepEqual(got, c) {
			t.Fatalf("Decode(%q) = %+v, %v, want %+v", again, got, err, c)
		}
	})
}

// The same from the other side: whoever the caller is, nothing of it changes.
func FuzzEncode(f *testing.F) {
	f.Add("ann", "app", "orders/read", "https://issuer.example", int64(1700000000), "admin", "level", int64(3))
	f.Add("\"\\\x00\u2028<", "", "", "i", int64(1), "\ufffd", "", int64(-1))
	f.Fuzz(func(t *testing.T, subject, client, scope, issuer string, expiry int64, role, claim string, value int64) {
		want := Caller{
			Subject: subject, ClientID: client, Scope: scope, Issuer: issuer, ExpiresAt: expiry,
			Roles: []string{role}, Claims: map[string]any{claim: value, claim + "s": subject}, Table: "t", DecisionID: "d",
		}
		text, err := Encode(want)
		if err != nil {
			return
		}
		want.Version = version
		if got, err := Decode(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("Decode(Encode(c)) = %+v, %v, want %+v", got, err, want)
		}
	})
}
