package access

import (
	"fmt"
	"strings"

	"github.com/scopeway/scopeway/internal/site"
)

// Site is the file and line of a declaration.
type Site = site.Site

// Problem is one thing that is wrong with what was declared.
type Problem struct {
	// ID is stable over releases, for example "NoRule".
	ID string
	// Subject is what the problem is about, for example `route "GET /orders"`.
	Subject string
	// Text says what is wrong, what was got and what to write instead.
	Text string
	// Site is where it was declared.
	Site Site
}

// Error returns "[scopeway:ID] subject, text (file:line)".
func (p Problem) Error() string {
	at := ""
	if s := p.Site.String(); s != "" {
		at = " (" + s + ")"
	}
	return fmt.Sprintf("[scopeway:%s] %s, %s%s", p.ID, p.Subject, p.Text, at)
}

// Problems is everything that is wrong, in the order of declaration.
type Problems []Problem

// Error returns the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// here is where the program called into this package.
func here() Site { return site.Outside("github.com/scopeway/scopeway/access") }
