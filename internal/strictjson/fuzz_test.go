package strictjson

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"testing"
)

// What we accept, encoding/json accepts too and reads the same.
func FuzzParseAgreesWithEncodingJSON(f *testing.F) {
	for _, text := range []string{
		`{"iss":"https://example.com","aud":["a","b"],"exp":1700000000,"a":{"b":null,"c":true}}`,
		`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `"\ud83d\ude00"`, `"\ud800"`, "\"\xff\"", `[[[[]]]]`,
		`-0.0e-10`, ` [ 1 , "x\n" , false ] `, `{"ISS":1,"iss":2}`, `1 2`, "\ufeff1", `"\u0000"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data, Limits{Bytes: 1 << 16, Depth: 20})
		if err != nil {
			if v.Kind() != Missing {
				t.Fatalf("Parse(%q) gave a value and %v", data, err)
			}
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil {
			t.Fatalf("Parse accepts %q, encoding/json does not: %v", data, err)
		}
		if _, err := decoder.Token(); err != io.EOF {
			t.Fatalf("Parse accepts %q with something after the value", data)
		}
		if got := plain(v); !reflect.DeepEqual(got, want) {
			t.Fatalf("Parse(%q) = %#v, want %#v", data, got, want)
		}
		printed, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(printed, Limits{Bytes: 1 << 20, Depth: 20})
		if err != nil || !reflect.DeepEqual(plain(again), want) {
			t.Fatalf("Parse of the printed %q = %v, %v", printed, plain(again), err)
		}
	})
}

// plain turns a Value into what encoding/json would have made of it.
func plain(v Value) any {
	switch v.Kind() {
	case Bool:
		b, _ := v.Bool()
		return b
	case Number:
		text, _ := v.NumberText()
		return json.Number(text)
	case String:
		text, _ := v.Text()
		return text
	case Array:
		all := []any{}
		for e := range v.Elements() {
			all = append(all, plain(e))
		}
		return all
	case Object:
		all := map[string]any{}
		for name, e := range v.Members() {
			all[name] = plain(e)
		}
		return all
	default:
		return nil
	}
}

var claims = []byte(`{"sub":"6v1k3j5b2m8q","token_use":"access","scope":"orders/read orders/write","auth_time":1700000000,` +
	`"iss":"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example","exp":1700003600,"iat":1700000000,` +
	`"version":2,"jti":"0f0c2d1e-7a86-4b53-9d2b-4f8d0c3b5a6f","client_id":"6v1k3j5b2m8q"}`)

func BenchmarkParseClaims(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(claims)))
	for b.Loop() {
		if _, err := Parse(claims, Limits{Bytes: 8192, Depth: 16}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSONClaims(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(claims)))
	for b.Loop() {
		var v map[string]any
		if err := json.Unmarshal(claims, &v); err != nil {
			b.Fatal(err)
		}
	}
}
