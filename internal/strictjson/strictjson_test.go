package strictjson

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

var wide = Limits{Bytes: 1 << 20, Depth: 64}

func TestRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		offset int
	}{
		"an empty text":                                   {"", 0},
		"only white space":                                {" \n", 2},
		"a byte order mark":                               {"\ufeff{}", 0},
		"a second value":                                  {"{} {}", 3},
		"a comma after the value":                         {"{},", 2},
		"a NUL after the value":                           {"{}\x00", 2},
		"white space that JSON does not know":             {"{\u00a0}", 1},
		"a vertical tab as white space":                   {"\v{}", 0},
		"an object without an end":                        {`{"a":1`, 6},
		"an object that ends as an array":                 {`{"a":1]`, 6},
		"an array without an end":                         {`[1`, 2},
		"a trailing comma in an object":                   {`{"a":1,}`, 7},
		"a trailing comma in an array":                    {`[1,]`, 3},
		"a leading comma":                                 {`[,1]`, 1},
		"a member without a colon":                        {`{"a" 1}`, 5},
		"a member without a value":                        {`{"a":}`, 5},
		"a member name without quotes":                    {`{a:1}`, 1},
		"a member name that is a number":                  {`{1:1}`, 1},
		"single quotes":                                   {`{'a':1}`, 1},
		"a comment":                                       {`{}//`, 2},
		"a comment in between":                            {`{/**/}`, 1},
		"a repeated member name":                          {`{"a":1,"a":1}`, 7},
		"a repeated member name, once with an escape":     {`{"iss":1,"i\u0073s":2}`, 9},
		"a repeated member name whose value is an object": {`{"a":{"b":1},"a":{"b":1}}`, 13},
		"a repeated member name below an array":           {`[[{"a":1,"a":2}]]`, 9},
		"a repeated empty member name":                    {`{"":1,"":2}`, 6},
		"a repeated name after a longer value":            {`{"a":[1,2,{"x":3}],"b":"a","a":0}`, 27},
		"a lone high surrogate":                           {`"\ud800"`, 2},
		"a lone low surrogate":                            {`"\udc00"`, 2},
		"surrogates the wrong way round":                  {`"\udc00\ud800"`, 2},
		"a high surrogate before a plain escape":          {`"\ud800\u0041"`, 2},
		"a high surrogate before text":                    {`"\ud800x"`, 2},
		"a lone surrogate in a member name":               {`{"\ud800":1}`, 3},
		"a cut surrogate pair":                            {`"\ud800\u"`, 9},
		"bytes that are not UTF-8":                        {"\"a\xff\"", 2},
		"a surrogate written in UTF-8":                    {"\"\xed\xa0\x80\"", 1},
		"an overlong UTF-8 spelling":                      {"\"\xc0\xaf\"", 1},
		"a raw newline in a string":                       {"\"a\n\"", 2},
		"a raw tab behind an escape":                      {"\"\\n\t\"", 3},
		"a raw NUL in a string":                           {"\"\x00\"", 1},
		"a string without an end":                         {`"a`, 2},
		"a string that ends in a backslash":               {`"a\`, 3},
		"a string without an end behind an escape":        {`"\n`, 3},
		"an escape that JSON does not know":               {`"\x41"`, 2},
		"an escaped NUL byte":                             {"\"\\\x00\"", 2},
		"three hexadecimal digits":                        {`"\u004"`, 6},
		"an escape with a sign":                           {`"\u+041"`, 3},
		"a leading zero":                                  {`01`, 1},
		"a negative leading zero":                         {`-01`, 2},
		"a plus sign":                                     {`+1`, 0},
		"a minus sign alone":                              {`-`, 1},
		"a fraction without digits":                       {`1.`, 2},
		"a fraction without an integer":                   {`.5`, 0},
		"an exponent without digits":                      {`1e`, 2},
		"an exponent with a sign only":                    {`1e+`, 3},
		"a hexadecimal number":                            {`0x1`, 1},
		"not a number":                                    {`NaN`, 0},
		"infinity":                                        {`Infinity`, 0},
		"a number in Arabic digits":                       {`٣`, 0},
		"true in capitals":                                {`True`, 0},
		"a cut null":                                      {`nul`, 0},
		"a longer true":                                   {`truex`, 4},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := Parse([]byte(c.text), wide)
			var e *Error
			if !errors.As(err, &e) || e.Offset != c.offset {
				t.Fatalf("Parse(%q) = %v, %v, want an error at offset %d", c.text, v.Kind(), err, c.offset)
			}
			if v.Kind() != Missing {
				t.Fatalf("Parse(%q) gave a %v with its error", c.text, v.Kind())
			}
		})
	}
}

func TestRefusesARepeatedNameAmongManyMembers(t *testing.T) {
	for _, members := range []int{2, manyMembers - 1, manyMembers, manyMembers + 1, 500} {
		for _, first := range []int{0, (members - 1) / 2, members - 2} {
			if _, err := Parse(manyNamed(members, -1), wide); err != nil {
				t.Fatalf("Parse of %d members: %v", members, err)
			}
			if _, err := Parse(manyNamed(members, first), wide); err == nil {
				t.Fatalf("Parse of %d members of which the last repeats number %d: no error", members, first)
			}
		}
	}
}

// manyNamed returns an object of n members, the last of which has the name of
// member number same, if that is not negative.
func manyNamed(n, same int) []byte {
	var b strings.Builder
	for i := range n {
		name := i
		if i == n-1 && same >= 0 {
			name = same
		}
		fmt.Fprintf(&b, `,"m%d":{"m":[%d]}`, name, i)
	}
	return []byte("{" + b.String()[1:] + "}")
}

func TestHoldsTheDepth(t *testing.T) {
	nested := func(n int) []byte { return []byte(strings.Repeat(`{"a":[`, n) + strings.Repeat(`]}`, n)) }
	for depth := 2; depth <= 64; depth += 2 {
		if _, err := Parse(nested(depth/2), Limits{Bytes: 4096, Depth: depth}); err != nil {
			t.Errorf("Parse of depth %d, %d allowed: %v", depth, depth, err)
		}
		if _, err := Parse(nested(depth/2), Limits{Bytes: 4096, Depth: depth - 1}); err == nil {
			t.Errorf("Parse of depth %d, %d allowed: no error", depth, depth-1)
		}
	}
	if _, err := Parse([]byte(`[[],[],[[]],{"a":[]}]`), Limits{Bytes: 4096, Depth: 3}); err != nil {
		t.Errorf("Parse of siblings: %v", err)
	}
	if _, err := Parse([]byte(strings.Repeat("[", 1<<20)), Limits{Bytes: 1 << 20, Depth: maxDepth}); err == nil {
		t.Error("Parse of a million brackets: no error")
	}
}

func TestHoldsTheBytes(t *testing.T) {
	if _, err := Parse([]byte(`"aa"`), Limits{Bytes: 4, Depth: 1}); err != nil {
		t.Errorf("Parse of 4 bytes, 4 allowed: %v", err)
	}
	if _, err := Parse([]byte(`"aaa"`), Limits{Bytes: 4, Depth: 1}); err == nil {
		t.Error("Parse of 5 bytes, 4 allowed: no error")
	}
	if _, err := Parse([]byte(`1    `), Limits{Bytes: 4, Depth: 1}); err == nil {
		t.Error("Parse of 5 bytes with white space, 4 allowed: no error")
	}
}

func TestRefusesLimitsThatAreNotSet(t *testing.T) {
	for _, limits := range []Limits{{}, {Bytes: 1}, {Depth: 1}, {Bytes: -1, Depth: 1}, {Bytes: 1, Depth: -1}, {Bytes: 1, Depth: maxDepth + 1}} {
		if _, err := Parse([]byte(`1`), limits); !errors.Is(err, errLimits) {
			t.Errorf("Parse with %+v = %v, want %v", limits, err, errLimits)
		}
	}
}

func TestAnErrorHoldsNothingOfTheText(t *testing.T) {
	for _, text := range []string{`{"secret":1,"secret":2}`, `"secret`, `{"secret":secret}`, `secret`, `["\usecret"]`} {
		_, err := Parse([]byte(text), wide)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("Parse(%q) = %v, want an error without the text", text, err)
		}
	}
}
