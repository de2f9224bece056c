package caller

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

func TestAHeaderTellsTheCaller(t *testing.T) {
	text := recordedText(t)
	for _, name := range []string{"ScopewayCaller", "Scopewaycaller", "scopewaycaller", "SCOPEWAYCALLER"} {
		if got, err := FromHeader(http.Header{name: {text}}); err != nil || !reflect.DeepEqual(got, &recorded) {
			t.Errorf("FromHeader with %s = %+v, %v, want %+v", name, got, err, recorded)
		}
	}
}

func TestAServerReadsTheHeaderHoweverItIsSpelled(t *testing.T) {
	var got *Caller
	var problem error
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, problem = FromHeader(r.Header)
	}))
	defer server.Close()
	send := func(header http.Header) {
		t.Helper()
		r, err := http.NewRequest("GET", server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = header
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
	}
	send(http.Header{"ScopewayCaller": {recordedText(t)}})
	if problem != nil || got.Subject != recorded.Subject {
		t.Errorf("FromHeader = %+v, %v, want %+v", got, problem, recorded)
	}
	send(http.Header{"ScopewayCaller": {recordedText(t)}, "scopewaycaller": {recordedText(t)}})
	if !errors.Is(problem, errSeveral) || got != nil {
		t.Errorf("FromHeader of two spellings = %+v, %v, want %v", got, problem, errSeveral)
	}
}

func TestThereIsNobodyWithoutTheHeader(t *testing.T) {
	text := recordedText(t)
	for name, header := range map[string]http.Header{
		"no headers":        nil,
		"no values":         {"Scopewaycaller": nil},
		"an empty value":    {"Scopewaycaller": {""}},
		"a hyphen":          {"Scopeway-Caller": {text}},
		"an underscore":     {"Scopeway_caller": {text}},
		"a space behind":    {"Scopewaycaller ": {text}},
		"a letter too many": {"Scopewaycallers": {text}},
		"a long s":          {"\u017fcopewaycaller": {text}},
		"authorization":     {"Authorization": {text}},
	} {
		t.Run(name, func(t *testing.T) {
			if c, err := FromHeader(header); !errors.Is(err, ErrNone) || c != nil {
				t.Errorf("FromHeader = %+v, %v, want %v", c, err, ErrNone)
			}
		})
	}
}

func TestNobodyWasVerifiedOnAPublicRoute(t *testing.T) {
	c, err := FromHeader(http.Header{"Scopewaycaller": {"public"}})
	if !errors.Is(err, ErrPublic) || errors.Is(err, ErrNone) || c != nil {
		t.Errorf("FromHeader = %+v, %v, want %v", c, err, ErrPublic)
	}
}

func TestFromHeaderRefuses(t *testing.T) {
	text := recordedText(t)
	for name, header := range map[string]http.Header{
		"the header twice":                   {"Scopewaycaller": {text, text}},
		"public and a caller":                {"Scopewaycaller": {"public", text}},
		"a caller and public":                {"Scopewaycaller": {text, "public"}},
		"a caller and nothing":               {"Scopewaycaller": {text, ""}},
		"public twice":                       {"Scopewaycaller": {"public", "public"}},
		"the header in two spellings":        {"Scopewaycaller": {text}, "ScopewayCaller": {text}},
		"public in another spelling":         {"Scopewaycaller": {text}, "scopewaycaller": {"public"}},
		"nothing in another spelling":        {"Scopewaycaller": {""}, "scopewaycaller": {text}},
		"two callers joined by a comma":      {"Scopewaycaller": {text + "," + text}},
		"public and a caller, joined":        {"Scopewaycaller": {"public, " + text}},
		"public in capitals":                 {"Scopewaycaller": {"Public"}},
		"public with a space":                {"Scopewaycaller": {"public "}},
		"a caller with a space":              {"Scopewaycaller": {" " + text}},
		"a caller with a line end":           {"Scopewaycaller": {text + "\r\n"}},
		"a caller with padding":              {"Scopewaycaller": {text + "="}},
		"a caller that is cut":               {"Scopewaycaller": {text[:len(text)-4]}},
		"JSON":                               {"Scopewaycaller": {`{"v":1,"sub":"secret"}`}},
		"the name of a context variable":     {"Scopewaycaller": {"$context.authorizer.caller"}},
		"more than the gateway ever sends":   {"Scopewaycaller": {strings.Repeat("secret", 1000)}},
		"a subject in the clear":             {"Scopewaycaller": {"secret"}},
		"an object that says nothing at all": {"Scopewaycaller": {"e30"}},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := FromHeader(header)
			refused(t, "FromHeader", c, err)
		})
	}
}
