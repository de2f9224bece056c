package explain

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/scopeway/scopeway/issuertest"
)

func TestARequestIsRead(t *testing.T) {
	got, err := ParseRequest([]byte(` {"path":"/orders/7","route":"GET /orders/{id}","authorization":""} `))
	if err != nil || got.Route != "GET /orders/{id}" || got.Path == nil || *got.Path != "/orders/7" || got.Authorization == nil || *got.Authorization != "" {
		t.Errorf("ParseRequest = %+v, %v", got, err)
	}
	got, err = ParseRequest([]byte(`{"route":"GET /orders"}`))
	if err != nil || got.Path != nil || got.Authorization != nil {
		t.Errorf("ParseRequest = %+v, %v, want no path and no header", got, err)
	}
}

func TestWhatIsNoRequestIsRefusedAndNotQuoted(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":                     {``, "not strict JSON, no value at offset 0"},
		"a text":                      {`secret`, "not strict JSON"},
		"a list":                      {`["secret"]`, "it is not an object, got array"},
		"a member twice":              {`{"route":"secret","route":"secret"}`, "member name repeated at offset 18"},
		"two requests":                {`{"route":"GET /"}{"route":"secret"}`, "something after the value"},
		"another member":              {`{"route":"GET /","secret":1}`, "member 2 is not known"},
		"a member in another case":    {`{"Route":"GET /"}`, "member 1 is not known"},
		"no route":                    {`{"authorization":"secret"}`, "it has no route"},
		"an empty route":              {`{"route":""}`, "it has no route"},
		"a route that is null":        {`{"route":null}`, "route is not a string, got null"},
		"a header that is null":       {`{"route":"GET /","authorization":null}`, "authorization is not a string, got null"},
		"headers":                     {`{"route":"GET /","authorization":["secret"]}`, "authorization is not a string, got array"},
		"a path that is a number":     {`{"route":"GET /","path":7}`, "path is not a string, got number"},
		"bytes that are not UTF-8":    {"{\"route\":\"GET /\xff\"}", "not UTF-8"},
		"a lone surrogate":            {`{"route":"GET /\ud800"}`, "lone surrogate"},
		"more nesting than there is":  {strings.Repeat("[", 20), "nested too deep"},
		"more bytes than are allowed": {`{"route":"` + strings.Repeat("x", MaxLine) + `"}`, "more bytes than allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseRequest([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") || got != (Request{}) {
				t.Errorf("ParseRequest = %+v, %v, want the error %q", got, err, c.want)
			}
		})
	}
}

// lines runs a stream and returns its answers.
func lines(t *testing.T, e *Explainer, in io.Reader) ([]Answer, Tally) {
	t.Helper()
	var out bytes.Buffer
	tally, err := e.Stream(t.Context(), in, &out)
	if err != nil {
		t.Fatal(err)
	}
	var answers []Answer
	for line := range bytes.Lines(out.Bytes()) {
		var answer Answer
		if err := json.Unmarshal(line, &answer); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		answers = append(answers, answer)
	}
	return answers, tally
}

func TestEachLineGetsItsAnswerInOrder(t *testing.T) {
	s := newShop(t)
	e := s.explainer(t)
	menu, denied := `{"route":"GET /menu"}`, `{"route":"$default"}`
	long := func(n int) string {
		const frame = `{"route":"GET /menu","path":""}`
		return strings.Replace(frame, `""}`, `"`+strings.Repeat("x", n-len(frame))+`"}`, 1)
	}
	for name, c := range map[string]struct {
		in    string
		want  string // of each line: a allow, d deny, e error
		tally Tally
	}{
		"nothing":                            {"", "", Tally{}},
		"one line":                           {menu + "\n", "a", Tally{Allowed: 1}},
		"one line without an end":            {menu, "a", Tally{Allowed: 1}},
		"lines of Windows":                   {menu + "\r\n" + denied + "\r\n", "ad", Tally{Allowed: 1, Denied: 1}},
		"an empty line":                      {menu + "\n\n" + menu, "aea", Tally{Allowed: 2, Unknown: 1}},
		"an empty line at the end":           {menu + "\n\n", "ae", Tally{Allowed: 1, Unknown: 1}},
		"the longest line":                   {long(MaxLine) + "\n" + denied, "ad", Tally{Allowed: 1, Denied: 1}},
		"the longest line of Windows":        {long(MaxLine) + "\r\n" + denied, "ad", Tally{Allowed: 1, Denied: 1}},
		"one byte more":                      {long(MaxLine+1) + "\n" + denied, "ed", Tally{Denied: 1, Unknown: 1}},
		"two bytes more":                     {long(MaxLine+2) + "\n" + denied, "ed", Tally{Denied: 1, Unknown: 1}},
		"three bytes more":                   {long(MaxLine+3) + "\n" + denied, "ed", Tally{Denied: 1, Unknown: 1}},
		"a line of a megabyte between two":   {denied + "\n" + long(1<<20) + "\n" + menu, "dea", Tally{Allowed: 1, Denied: 1, Unknown: 1}},
		"a line of a megabyte, without end":  {menu + "\n" + strings.Repeat("x", 1<<20), "ae", Tally{Allowed: 1, Unknown: 1}},
		"a line of a megabyte of characters": {strings.Repeat("x", 1<<20) + "\n", "e", Tally{Unknown: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(c.in), iotest.HalfReader(strings.NewReader(c.in))} {
				answers, tally := lines(t, e, in)
				got := ""
				for _, answer := range answers {
					got += string(answer.Decision[:1])
					if (answer.Error != "") != (answer.Decision == "error") {
						t.Errorf("answer = %+v", answer)
					}
				}
				if got != c.want || tally != c.tally {
					t.Errorf("answers = %s, %+v, want %s, %+v", got, tally, c.want, c.tally)
				}
			}
		})
	}
}

func TestAnAnswerComesBeforeTheNextRequest(t *testing.T) {
	e := newShop(t).explainer(t)
	in, requests := io.Pipe()
	answers, out := io.Pipe()
	go func() {
		_, err := e.Stream(t.Context(), in, out)
		out.CloseWithError(err)
	}()
	for range 3 {
		if _, err := io.WriteString(requests, "{\"route\":\"GET /menu\"}\n"); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 4096)
		if n, err := answers.Read(buffer); err != nil || !bytes.HasPrefix(buffer[:n], []byte(`{"decision":"allow"`)) {
			t.Fatalf("answer = %q, %v", buffer[:n], err)
		}
	}
	requests.Close()
	if _, err := answers.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("after the last one: %v", err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space") }

func TestAStreamThatBreaksIsAnError(t *testing.T) {
	e := newShop(t).explainer(t)
	if _, err := e.Stream(t.Context(), strings.NewReader("x\n"), broken{}); err == nil || !strings.Contains(err.Error(), "answers, cannot be written: no space") {
		t.Errorf("Stream = %v", err)
	}
	if _, err := e.Stream(t.Context(), iotest.ErrReader(errors.New("gone")), io.Discard); err == nil || !strings.Contains(err.Error(), "requests, cannot be read: gone") {
		t.Errorf("Stream = %v", err)
	}
}

func TestTheWorstAnswerIsTheExitCode(t *testing.T) {
	for _, c := range []struct {
		tally Tally
		want  int
	}{{Tally{}, 0}, {Tally{Allowed: 3}, 0}, {Tally{Allowed: 3, Denied: 1}, 1}, {Tally{Denied: 1, Unknown: 1}, 2}, {Tally{Unknown: 1}, 2}} {
		if got := c.tally.Code(); got != c.want {
			t.Errorf("%+v.Code() = %d, want %d", c.tally, got, c.want)
		}
	}
}

func TestARunningClockIsAskedForEachRequest(t *testing.T) {
	s := newShop(t)
	now := s.config.clockOf(t)
	token := s.issuer.Token(issuertest.Claims{"scope": "orders/read"})
	e := s.explainer(t)
	for _, want := range []string{"allow", "deny"} {
		answer, err := e.Answer(t.Context(), bearer("GET /orders/{id}", token))
		if err != nil || string(answer.Decision) != want {
			t.Errorf("answer = %+v, %v, want %s", answer, err, want)
		}
		*now = now.Add(2 * hour)
	}
}
