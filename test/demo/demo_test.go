package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/test/internal/calls"
)

func TestEachStepHasALineOfItsOwn(t *testing.T) {
	var out strings.Builder
	p := &progress{out: &out}
	if err := p.step(context.Background(), "first", func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	p.note("second")
	broken := errors.New("broken")
	if err := p.step(context.Background(), "third", func(context.Context) error { return broken }); err != broken {
		t.Errorf("step = %v, want the step's error", err)
	}
	if got, want := out.String(), " 1. first ✓ 0.0 s\n 2. second\n\n 3. third ✗ 0.0 s\n"; got != want {
		t.Errorf("progress = %q, want %q", got, want)
	}
}

func TestAStepThatTakesLongShowsThatItGoesOn(t *testing.T) {
	var out strings.Builder
	p := &progress{out: &out, live: true}
	err := p.step(context.Background(), "compile", func(context.Context) error {
		time.Sleep(1100 * time.Millisecond)
		return nil
	})
	if err != nil || !strings.Contains(out.String(), "\r 1. compile … 1.0 s") {
		t.Errorf("progress = %q, %v, want a running clock", out.String(), err)
	}
}

func TestADenialShowsWhatIsKnownAndMarksWhatIsClaimed(t *testing.T) {
	var out strings.Builder
	printDenials(&out, []audit.Line{
		{DecisionID: "d1", Reason: access.ScopeMissing, Route: "POST /orders",
			Verified: audit.Verified{ClientID: "billing", Scope: "orders/read"}, Missing: []string{"orders/write"}},
		{DecisionID: "d3", Reason: access.ScopeMissing, Route: "GET /menu"},
		{DecisionID: "d2", Reason: access.TokenExpired, Route: "GET /menu",
			Claimed: &audit.Claimed{Issuer: "https://issuer.example"}, Detail: "exp has passed"},
	})
	for _, want := range []string{
		"scope_missing           POST /orders              decision d1\n      client billing, scope orders/read\n      missing orders/write\n",
		"decision d2\n      claimed, not verified: iss https://issuer.example\n      exp has passed\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("denials = %q, want %q in it", out.String(), want)
		}
	}
}

func TestADenialOfAReasonThatWasShownIsNotShown(t *testing.T) {
	var out strings.Builder
	printDenials(&out, []audit.Line{{DecisionID: "d1", Reason: access.TokenExpired}, {DecisionID: "d2", Reason: access.TokenExpired}})
	if !strings.Contains(out.String(), "d1") || strings.Contains(out.String(), "d2") || !strings.Contains(out.String(), "of 2 audit lines") {
		t.Errorf("denials = %q, want the first of two", out.String())
	}
}

func TestTheTableAndTheDenialsFitIntoTheWidth(t *testing.T) {
	var out strings.Builder
	long := strings.Repeat("word ", 50)
	printDenials(&out, []audit.Line{{DecisionID: strings.Repeat("d", 32), Reason: access.CredentialsMalformed, Route: "DELETE /admin/orders/{id}", Detail: long}})
	cases := new(calls.World).Cases()
	widths := widthsOf(cases)
	for _, c := range cases {
		widths.print(&out, "✓", row{c.Request, c.Caller, c.Expected})
	}
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
			t.Errorf("line has %d columns, want %d at most: %s", n, width, line)
		}
	}
	if got := strings.Join(strings.Fields(wrap(long)), " ") + " "; got != long {
		t.Errorf("wrap(%q) = %q, want the same words", long, got)
	}
}
