package strictjson

import "testing"

func parse(t *testing.T, text string) Value {
	t.Helper()
	v, err := Parse([]byte(text), wide)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return v
}

func TestMemberNamesAreCaseSensitive(t *testing.T) {
	v := parse(t, `{"ISS":"1","iſſ":"2","Iss":"3"," iss":"4","iss ":"5"}`)
	if got := v.Member("iss").Kind(); got != Missing {
		t.Errorf("Member(iss) is a %v, want missing", got)
	}
	if got, _ := v.Member("iſſ").Text(); got != "2" {
		t.Errorf("Member(iſſ) = %q, want 2", got)
	}
}

func TestAMissingMemberIsNotNull(t *testing.T) {
	v := parse(t, `{"a":null}`)
	if v.Member("a").Kind() != Null || v.Member("b").Kind() != Missing {
		t.Errorf("kinds = %v, %v, want null, missing", v.Member("a").Kind(), v.Member("b").Kind())
	}
	if v.Member("b").Member("c").Kind() != Missing {
		t.Error("a member of a missing value is not missing")
	}
}

func TestAMemberNameIsNotTakenFromAValue(t *testing.T) {
	v := parse(t, `{"a":"exp","b":["exp",1],"c":{"exp":2},"d":{}}`)
	if got := v.Member("exp").Kind(); got != Missing {
		t.Errorf("Member(exp) is a %v, want missing", got)
	}
	if n, ok := v.Member("c").Member("exp").Int64(); n != 2 || !ok {
		t.Errorf("c.exp = %d, %v, want 2", n, ok)
	}
}

func TestNothingIsConverted(t *testing.T) {
	for _, text := range []string{`null`, `true`, `1`, `"1"`, `[1]`, `{"1":1}`} {
		v := parse(t, text)
		if _, ok := v.Text(); ok != (v.Kind() == String) {
			t.Errorf("Text of %s: %v", text, ok)
		}
		if _, ok := v.Bool(); ok != (v.Kind() == Bool) {
			t.Errorf("Bool of %s: %v", text, ok)
		}
		if _, ok := v.Int64(); ok != (v.Kind() == Number) {
			t.Errorf("Int64 of %s: %v", text, ok)
		}
		if _, ok := v.NumberText(); ok != (v.Kind() == Number) {
			t.Errorf("NumberText of %s: %v", text, ok)
		}
		for range v.Elements() {
			if v.Kind() != Array {
				t.Errorf("%s has elements", text)
			}
		}
		for range v.Members() {
			if v.Kind() != Object {
				t.Errorf("%s has members", text)
			}
		}
		if holds := v.Kind() == Array || v.Kind() == Object; (v.Len() == 1) != holds {
			t.Errorf("Len of %s = %d", text, v.Len())
		}
	}
}

func TestIntegersAreExact(t *testing.T) {
	for text, want := range map[string]int64{
		`0`: 0, `-1`: -1, `1700000000`: 1700000000,
		`9007199254740993`: 9007199254740993, `9223372036854775807`: 1<<63 - 1, `-9223372036854775808`: -1 << 63,
	} {
		if got, ok := parse(t, text).Int64(); !ok || got != want {
			t.Errorf("Int64 of %s = %d, %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{`1.0`, `1e3`, `1E0`, `-0`, `0.0`, `9223372036854775808`, `1e400`, `-1.5`} {
		v := parse(t, text)
		if got, ok := v.Int64(); ok {
			t.Errorf("Int64 of %s = %d, want none", text, got)
		}
		if got, _ := v.NumberText(); got != text {
			t.Errorf("NumberText of %s = %s", text, got)
		}
	}
}

func TestEscapesAreResolved(t *testing.T) {
	for text, want := range map[string]string{
		`"\"\\\/\b\f\n\r\t"`:       "\"\\/\b\f\n\r\t",
		`"\u0041\u00e9\u20AC"`:     "Aé€",
		`"\ud83d\ude00"`:           "😀",
		`"😀 é"`:                    "😀 é",
		`"\u0000"`:                 "\x00",
		`"a\u0062c"`:               "abc",
		`"\uffff\ufffd"`:           "\uffff\ufffd",
		`"\u2028` + "\u2028" + `"`: "\u2028\u2028",
	} {
		if got, ok := parse(t, text).Text(); !ok || got != want {
			t.Errorf("Text of %s = %q, want %q", text, got, want)
		}
	}
}

func TestAValueSharesNothingWithItsText(t *testing.T) {
	data := []byte(`{"iss":"good"}`)
	v, err := Parse(data, wide)
	if err != nil {
		t.Fatal(err)
	}
	clear(data)
	if got, _ := v.Member("iss").Text(); got != "good" {
		t.Errorf("iss = %q after the text was overwritten, want good", got)
	}
}

func TestTheZeroValueIsMissing(t *testing.T) {
	var v Value
	if _, ok := v.Text(); ok || v.Kind() != Missing || v.Len() != 0 || v.Member("a").Kind() != Missing {
		t.Error("the zero Value holds something")
	}
	if got := Kind(99).String(); got != "unknown" {
		t.Errorf("Kind(99) = %q", got)
	}
	if got := v.Kind().String(); got != "missing" {
		t.Errorf("Kind of the zero Value = %q", got)
	}
}

func TestMembersAndElementsCanBeLeftEarly(t *testing.T) {
	for name := range parse(t, `{"a":1,"b":2}`).Members() {
		if name != "a" {
			t.Errorf("first member is %q", name)
		}
		break
	}
	for v := range parse(t, `[1,2]`).Elements() {
		if n, _ := v.Int64(); n != 1 {
			t.Errorf("first element is %d", n)
		}
		break
	}
}
