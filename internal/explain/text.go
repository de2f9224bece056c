package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/authorizer/event"
)

// Text writes an account for people, with colours of a terminal if wanted.
func (a Account) Text(colours bool) string {
	p := painter(colours)
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s%s\n", p.verdict(a.Decision), a.Reason, a.status())
	if a.Detail != "" && !a.tells(a.Detail) {
		fmt.Fprintf(&b, "%s\n", a.Detail)
	}
	if a.LooksLike != "" {
		fmt.Fprintf(&b, "this looks like %s\n", a.LooksLike)
	}
	if len(a.Steps) > 0 {
		b.WriteString("\n")
	}
	for _, step := range a.Steps {
		switch step.Outcome {
		case Passed:
			told := step.Got
			if told == "" {
				told = step.Wanted
			}
			fmt.Fprintf(&b, "  %s %-14s %s\n", p.tick(), step.Check, told)
		case Failed:
			fmt.Fprintf(&b, "  %s %-14s wanted: %s\n", p.cross(), step.Check, step.Wanted)
			if step.Got != "" {
				fmt.Fprintf(&b, "%19sgot:    %s\n", "", step.Got)
			}
			fmt.Fprintf(&b, "%19schange: %s\n", "", step.Change)
		default:
			fmt.Fprintf(&b, "  %s\n", p.dim(fmt.Sprintf("· %-14s not looked at", step.Check)))
		}
	}
	if a.Rule != nil {
		judged := a.Issuer != "" || a.Decision == audit.Allow
		title := "the rule of " + shown(a.Route)
		if !judged {
			title += ", not looked at"
		}
		fmt.Fprintf(&b, "\n%s\n", title)
		p.tree(&b, *a.Rule, "  ", judged)
	}
	return b.String()
}

// tells reports whether a step tells the detail.
func (a Account) tells(detail string) bool {
	return slices.ContainsFunc(a.Steps, func(s Step) bool { return strings.Contains(s.Got, detail) })
}

// status says with which status an API of the kind answers.
func (a Account) status() string {
	switch {
	case a.Decision != audit.Deny:
		return fmt.Sprintf(" (status %d)", a.Status)
	case a.kind == event.REST:
		return fmt.Sprintf(" (a REST API answers %d)", a.Status)
	case a.Reason == access.TokenMissing:
		return fmt.Sprintf(" (status %d, from the HTTP API itself)", a.Status)
	case a.Reason == access.PathNotCanonical:
		return fmt.Sprintf(" (status %d; an HTTP API answers 500)", a.Status)
	default:
		return fmt.Sprintf(" (status %d; an HTTP API answers 403)", a.Status)
	}
}

// painter writes marks and words, in colour or plain.
type painter bool

func (p painter) paint(code, text string) string {
	if !p {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p painter) tick() string           { return p.paint("32", "✓") }
func (p painter) cross() string          { return p.paint("31", "✗") }
func (p painter) dim(text string) string { return p.paint("2", text) }

func (p painter) verdict(decision audit.Decision) string {
	switch decision {
	case audit.Allow:
		return p.paint("1;32", "allowed")
	case audit.Deny:
		return p.paint("1;31", "denied")
	default:
		return p.paint("1;31", "no verdict")
	}
}

// tree writes a rule, a part a line, each below what it is a part of.
func (p painter) tree(b *strings.Builder, o access.Outcome, indent string, judged bool) {
	mark := p.dim("·")
	if judged {
		mark = p.cross()
		if o.Satisfied {
			mark = p.tick()
		}
	}
	text := audit.Visible(o.Text)
	switch o.Needs {
	case "all":
		text = "all of"
	case "any":
		text = "one of"
	}
	fmt.Fprintf(b, "%s%s %s\n", indent, mark, text)
	for _, part := range o.Parts {
		p.tree(b, part, indent+"  ", judged)
	}
}
