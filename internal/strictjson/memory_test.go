package strictjson

import (
	"fmt"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/internal/allocated"
)

// memory is what reading a text may allocate, in bytes: about fifty for each
// byte of a list of digits, which is the worst there is.
func memory(text []byte) uint64 { return 64*uint64(len(text)) + 4096 }

// wasteful returns texts of about n bytes that buy as much memory as they can.
func wasteful(n int) map[string]string {
	fill := func(head, unit, tail string) string {
		return head + strings.Repeat(unit, max(0, n-len(head)-len(tail))/len(unit)) + tail
	}
	var names strings.Builder
	for i := 0; names.Len() < n; i++ {
		fmt.Fprintf(&names, `"%x":1,`, i)
	}
	const object = `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,"o":1,"p":1,"q":1}`
	return map[string]string{
		"digits":                   fill(`[1`, `,1`, `]`),
		"empty lists":              fill(`[[]`, `,[]`, `]`),
		"empty strings":            fill(`[""`, `,""`, `]`),
		"names":                    `{` + names.String() + `"z":1}`,
		"objects with many names":  fill(`[`+object, `,`+object, `]`),
		"line breaks in one text":  fill(`"`, `\n`, `"`),
		"line breaks in many":      fill(`["\n"`, `,"\n"`, `]`),
		"escapes":                  fill(`"`, `\u00e9`, `"`),
		"colons in a string":       fill(`"`, `:`, `"`),
		"commas in a string":       fill(`"`, `,`, `"`),
		"brackets in a string":     fill(`"`, `[`, `"`),
		"brackets":                 fill(``, `[`, ``),
		"colons":                   fill(``, `:`, ``),
		"a digit without an end":   fill(``, `1`, ``),
		"a string without an end":  fill(`"`, `a`, ``),
		"white space":              fill(``, ` `, `1`),
		"a name that is repeated":  fill(`{"a":1`, `,"a":1`, `}`),
		"what is not UTF-8":        fill(`"`, "\xff", `"`),
		"members without an end":   `{` + names.String(),
		"characters of four bytes": fill(`"`, "\U0001F600", `"`),
	}
}

func TestATextBuysLittleMemory(t *testing.T) {
	for _, size := range []int{64, 1 << 10, 8 << 10, 150 << 10, 256 << 10} {
		for name, text := range wasteful(size) {
			data := []byte(text)
			n, ok := allocated.Within(memory(data), func() { _, _ = Parse(data, Limits{Bytes: 1 << 20, Depth: 16}) })
			if !ok {
				t.Errorf("%s: %d bytes are read with %d bytes of memory, want %d at most", name, len(data), n, memory(data))
			}
		}
	}
}

func TestATextThatIsTooLongBuysNone(t *testing.T) {
	data := []byte(strings.Repeat("[1,", 5<<20/3))
	if n, ok := allocated.Within(1024, func() { _, _ = Parse(data, Limits{Bytes: 8192, Depth: 16}) }); !ok {
		t.Errorf("5 MB are refused with %d bytes of memory", n)
	}
}

// Whatever the text: no panic, and no more memory than it may buy.
func FuzzATextBuysLittleMemory(f *testing.F) {
	for _, text := range wasteful(500) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, ok := allocated.Within(memory(data), func() { _, _ = Parse(data, Limits{Bytes: 1 << 16, Depth: 20}) })
		if !ok {
			t.Errorf("Parse of %d bytes allocates %d, want %d at most: %q", len(data), n, memory(data), data)
		}
	})
}
