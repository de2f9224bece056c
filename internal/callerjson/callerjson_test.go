package callerjson

import (
	"encoding/base64"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

func full() Caller {
	return Caller{
		Subject: "ann", ClientID: "app", Scope: "orders/read orders/write",
		Issuer: "https://issuer.example", ExpiresAt: 1700000000, Identity: "Users", Kind: "person",
		Roles: []string{"admin"}, Groups: []string{"sales", "staff"},
		Claims: map[string]any{"department": "sales <&> it", "level": int64(math.MaxInt64), "vip": true, "note": ""},
		Table:  "5e1f", DecisionID: "0f0c",
	}
}

const least = `"iss":"i","exp":1,"table":"t","decision_id":"d"`

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func TestWritesTheDocumentedForm(t *testing.T) {
	text, err := Encode(full())
	if err != nil {
		t.Fatal(err)
	}
	got, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"v":1,"sub":"ann","client_id":"app","scope":"orders/read orders/write","iss":"https://issuer.example","exp":1700000000,` +
		`"identity":"Users","kind":"person","roles":["admin"],"groups":["sales","staff"],` +
		`"claims":{"department":"sales <&> it","level":9223372036854775807,"note":"","vip":true},"table":"5e1f","decision_id":"0f0c"}`
	if string(got) != want {
		t.Errorf("Encode wrote\n%s, want\n%s", got, want)
	}
}

func TestLeavesOutWhatIsEmpty(t *testing.T) {
	text, err := Encode(Caller{Issuer: "i", ExpiresAt: 1, Table: "t", DecisionID: "d", Roles: []string{}, Claims: map[string]any{}})
	if want := encoded(`{"v":1,` + least + `}`); text != want || err != nil {
		t.Errorf("Encode = %q, %v, want %q", text, err, want)
	}
}

func TestReadsWhatItWrote(t *testing.T) {
	want := full()
	text, err := Encode(want)
	if err != nil {
		t.Fatal(err)
	}
	want.Version = version
	if got, err := Decode(text); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Decode(Encode(c)) = %+v, %v, want %+v", got, err, want)
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, change := range map[string]func(*Caller){
		"no issuer":                    func(c *Caller) { c.Issuer = "" },
		"no table":                     func(c *Caller) { c.Table = "" },
		"no decision id":               func(c *Caller) { c.DecisionID = "" },
		"no expiry":                    func(c *Caller) { c.ExpiresAt = 0 },
		"an expiry before 1970":        func(c *Caller) { c.ExpiresAt = -1 },
		"a kind that is none":          func(c *Caller) { c.Kind = "robot" },
		"an empty role":                func(c *Caller) { c.Roles = []string{"a", ""} },
		"an empty group":               func(c *Caller) { c.Groups = []string{""} },
		"a claim without a name":       func(c *Caller) { c.Claims = map[string]any{"": "a"} },
		"a claim that is a list":       func(c *Caller) { c.Claims = map[string]any{"a": []string{"b"}} },
		"a claim that is a fraction":   func(c *Caller) { c.Claims = map[string]any{"a": 1.5} },
		"a claim that is nil":          func(c *Caller) { c.Claims = map[string]any{"a": nil} },
		"a subject that is not UTF-8":  func(c *Caller) { c.Subject = "a\xff" },
		"an issuer that is not UTF-8":  func(c *Caller) { c.Issuer = "\xff" },
		"a role that is not UTF-8":     func(c *Caller) { c.Roles = []string{"\xff"} },
		"a claim that is not UTF-8":    func(c *Caller) { c.Claims = map[string]any{"a": "\xff"} },
		"a claim's name not UTF-8":     func(c *Caller) { c.Claims = map[string]any{"\xff": "a"} },
		"a text longer than a header":  func(c *Caller) { c.Subject = strings.Repeat("a", MaxBytes) },
		"a list longer than a header":  func(c *Caller) { c.Groups = many("group-of-some-length-") },
		"a claim longer than a header": func(c *Caller) { c.Claims = map[string]any{"a": strings.Repeat("\x01", 600)} },
	} {
		t.Run(name, func(t *testing.T) {
			c := full()
			change(&c)
			if text, err := Encode(c); err == nil || text != "" {
				t.Errorf("Encode = %q, %v, want an error", text, err)
			}
		})
	}
}

func many(name string) []string {
	all := make([]string, 200)
	for i := range all {
		all[i] = name
	}
	return all
}

func TestTheLongestTextIsExact(t *testing.T) {
	c := Caller{Issuer: "i", ExpiresAt: 1, Table: "t", DecisionID: "d", Subject: "s"}
	short, err := Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	c.Subject = strings.Repeat("s", MaxBytes/4*3-base64.RawURLEncoding.DecodedLen(len(short))+1)
	text, err := Encode(c)
	if len(text) != MaxBytes || err != nil {
		t.Fatalf("Encode wrote %d bytes, %v, want %d", len(text), err, MaxBytes)
	}
	if _, err := Decode(text); err != nil {
		t.Errorf("Decode of %d bytes: %v", len(text), err)
	}
	c.Subject += "s"
	if _, err := Encode(c); !errors.Is(err, ErrTooLong) {
		t.Errorf("Encode of a byte more: %v, want %v", err, ErrTooLong)
	}
	if _, err := Decode(text + "A"); !errors.Is(err, ErrTooLong) {
		t.Errorf("Decode of a byte more: %v, want %v", err, ErrTooLong)
	}
}

func TestMembersMayComeInAnyOrder(t *testing.T) {
	if _, err := Decode(encoded(`{` + least + `, "v" : 1}`)); err != nil {
		t.Error(err)
	}
}

func TestDecodeRefusesOtherSpellingsOfBase64(t *testing.T) {
	good := encoded(`{"v":1,"sub":"~~~???a",` + least + `}`) // holds "-" or "_", and needs padding
	if _, err := Decode(good); err != nil || !strings.ContainsAny(good, "-_") || len(good)%4 == 0 {
		t.Fatalf("the good case is not one: %q, %v", good, err)
	}
	last := good[len(good)-1]
	for name, text := range map[string]string{
		"the other alphabet":         strings.NewReplacer("-", "+", "_", "/").Replace(good),
		"padding":                    good + strings.Repeat("=", 4-len(good)%4),
		"one sign of padding":        good + "=",
		"bits behind the last byte":  good[:len(good)-1] + string(last+1),
		"a line end":                 good + "\n",
		"a line end inside":          good[:4] + "\r\n" + good[4:],
		"a space in front":           " " + good,
		"a space behind":             good + " ",
		"a comma and the same again": good + "," + good,
		"the same again":             good + good,
		"a zero byte":                good + "\x00",
		"a cut text":                 good[:len(good)-4],
		"nothing":                    "",
		"the text of public routes":  Public,
		"JSON":                       `{"v":1,` + least + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			if c, err := Decode(text); err == nil || !reflect.DeepEqual(c, Caller{}) {
				t.Errorf("Decode(%q) = %+v, %v, want an error and nothing else", text, c, err)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"an unknown member":              `{"v":1,"admin":true,` + least + `}`,
		"a member in capitals":           `{"v":1,"SUB":"a",` + least + `}`,
		"a member twice":                 `{"v":1,"sub":"a","sub":"a",` + least + `}`,
		"a member twice, once escaped":   `{"v":1,"sub":"a","s\u0075b":"b",` + least + `}`,
		"no version":                     `{` + least + `}`,
		"version 0":                      `{"v":0,` + least + `}`,
		"version 2":                      `{"v":2,` + least + `}`,
		"a version as text":              `{"v":"1",` + least + `}`,
		"a version as a fraction":        `{"v":1.0,` + least + `}`,
		"a version that is null":         `{"v":null,` + least + `}`,
		"no issuer":                      `{"v":1,"exp":1,"table":"t","decision_id":"d"}`,
		"no expiry":                      `{"v":1,"iss":"i","table":"t","decision_id":"d"}`,
		"no table":                       `{"v":1,"iss":"i","exp":1,"decision_id":"d"}`,
		"no decision id":                 `{"v":1,"iss":"i","exp":1,"table":"t"}`,
		"an expiry as text":              `{"v":1,"iss":"i","exp":"1","table":"t","decision_id":"d"}`,
		"an expiry with an exponent":     `{"v":1,"iss":"i","exp":1e9,"table":"t","decision_id":"d"}`,
		"an expiry of 1970":              `{"v":1,"iss":"i","exp":0,"table":"t","decision_id":"d"}`,
		"an expiry of more than 64 bits": `{"v":1,"iss":"i","exp":9223372036854775808,"table":"t","decision_id":"d"}`,
		"an empty subject":               `{"v":1,"sub":"",` + least + `}`,
		"a subject that is null":         `{"v":1,"sub":null,` + least + `}`,
		"a subject that is a number":     `{"v":1,"sub":7,` + least + `}`,
		"a scope that is a list":         `{"v":1,"scope":["orders/read"],` + least + `}`,
		"an empty scope":                 `{"v":1,"scope":"",` + least + `}`,
		"a kind that is none":            `{"v":1,"kind":"Machine",` + least + `}`,
		"an empty kind":                  `{"v":1,"kind":"",` + least + `}`,
		"roles that are a text":          `{"v":1,"roles":"admin",` + least + `}`,
		"roles that are empty":           `{"v":1,"roles":[],` + least + `}`,
		"roles of which one is a number": `{"v":1,"roles":["admin",1],` + least + `}`,
		"roles of which one is empty":    `{"v":1,"roles":[""],` + least + `}`,
		"groups in groups":               `{"v":1,"groups":[["staff"]],` + least + `}`,
		"groups as an object":            `{"v":1,"groups":{"staff":true},` + least + `}`,
		"claims that are a list":         `{"v":1,"claims":["a"],` + least + `}`,
		"claims that are empty":          `{"v":1,"claims":{},` + least + `}`,
		"a claim that is null":           `{"v":1,"claims":{"a":null},` + least + `}`,
		"a claim that is a fraction":     `{"v":1,"claims":{"a":1.0},` + least + `}`,
		"a claim that is a list":         `{"v":1,"claims":{"a":["b"]},` + least + `}`,
		"a claim without a name":         `{"v":1,"claims":{"":"b"},` + least + `}`,
		"a claim twice":                  `{"v":1,"claims":{"a":1,"a":1},` + least + `}`,
		"a list":                         `[{"v":1,` + least + `}]`,
		"a text":                         `"ann"`,
		"null":                           `null`,
		"an empty object":                `{}`,
		"something behind the object":    `{"v":1,` + least + `}{}`,
		"a byte order mark":              "\ufeff" + `{"v":1,` + least + `}`,
		"bytes that are not UTF-8":       `{"v":1,"sub":"` + "\xff" + `",` + least + `}`,
		"a lone surrogate":               `{"v":1,"sub":"\ud800",` + least + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			if c, err := Decode(encoded(text)); err == nil || !reflect.DeepEqual(c, Caller{}) {
				t.Errorf("Decode(%s) = %+v, %v, want an error and nothing else", text, c, err)
			}
		})
	}
}

func TestAnErrorHoldsNothingOfTheText(t *testing.T) {
	for _, text := range []string{
		"secret!", encoded("secret"), encoded(`{"secret":1}`), encoded(`{"v":1,"kind":"secret",` + least + `}`),
		encoded(`{"v":1,"claims":{"secret":["secret"]},` + least + `}`), encoded(`{"v":1,"roles":["secret","secret",""],` + least + `}`),
	} {
		if _, err := Decode(text); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("Decode(%q) = %v, want an error without the text", text, err)
		}
	}
}
