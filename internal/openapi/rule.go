package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/scopeway/scopeway/access"
)

// maxAlternatives is how many security requirements an operation lists for one
// identity. A rule that has more is described by the scopes that all of them
// share, and by its text.
const maxAlternatives = 64

// rule is the canonical JSON of an [access.Rule]: one member is set, and for
// what looks at a token "from" may be too.
type rule struct {
	Scopes   []string `json:"scopes"`
	AnyScope []string `json:"anyScope"`
	Every    []rule   `json:"every"`
	Any      []rule   `json:"any"`
	Public   string   `json:"public"`

	Role     string            `json:"role"`
	MemberOf string            `json:"memberOf"`
	Claim    string            `json:"claim"`
	OneOf    []json.RawMessage `json:"oneOf"`
	Machine  bool              `json:"machine"`
	Person   bool              `json:"person"`
	SignedIn bool              `json:"signedIn"`

	From string `json:"from"`
}

// structure returns what a rule is made of.
func structure(r access.Rule) (rule, error) {
	text, err := r.MarshalJSON()
	if err != nil {
		return rule{}, err
	}
	var parsed rule
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&parsed); err != nil {
		return rule{}, fmt.Errorf("rule, it has a part that has no translation: %w", err)
	}
	return parsed, nil
}

// alternative is one way to satisfy a rule with a token of one identity.
type alternative struct {
	scopes     []string // full spellings of the table, sorted
	conditions []string // what else the token must tell, sorted
}

func (a alternative) and(b alternative) alternative {
	return alternative{union(a.scopes, b.scopes), union(a.conditions, b.conditions)}
}

// within reports whether every token that satisfies b satisfies a too.
func (a alternative) within(b alternative) bool {
	return subset(a.scopes, b.scopes) && subset(a.conditions, b.conditions)
}

// alternatives returns the ways in which tokens of the identity satisfy the
// rule, none of them implied by another: no way if they never do. complete is
// false when there are more than maxAlternatives; then the one alternative
// returned has the scopes that all of them share.
func (r rule) alternatives(i *identity) (ways []alternative, complete bool) {
	if r.From != "" && r.From != i.id {
		return nil, true
	}
	switch {
	case len(r.Scopes) > 0:
		if !i.speaksFor(r.Scopes...) {
			return nil, true
		}
		return []alternative{{scopes: union(nil, r.Scopes)}}, true
	case len(r.AnyScope) > 0:
		for _, s := range union(nil, r.AnyScope) {
			if i.speaksFor(s) {
				ways = append(ways, alternative{scopes: []string{s}})
			}
		}
		return bounded(ways)
	case len(r.Every) > 0:
		ways, complete = []alternative{{}}, true
		for _, part := range r.Every {
			more, all := part.alternatives(i)
			complete = complete && all
			var product []alternative
			for _, a := range ways {
				for _, b := range more {
					product = append(product, a.and(b))
				}
			}
			ways, all = bounded(product)
			complete = complete && all
		}
		return ways, complete
	case len(r.Any) > 0:
		complete = true
		for _, part := range r.Any {
			more, all := part.alternatives(i)
			ways, complete = append(ways, more...), complete && all
		}
		ways, all := bounded(ways)
		return ways, complete && all
	case r.SignedIn:
		return []alternative{{}}, true
	case r.condition() != "":
		return []alternative{{conditions: []string{r.condition()}}}, true
	}
	return nil, true
}

// condition returns what a rule asks of a token besides scopes, or "".
func (r rule) condition() string {
	switch {
	case r.Role != "":
		return "role " + r.Role
	case r.MemberOf != "":
		return "group " + r.MemberOf
	case r.Claim != "":
		return "claim " + r.Claim + " " + string(bytes.Join(rawTexts(r.OneOf), []byte(",")))
	case r.Machine:
		return "machine"
	case r.Person:
		return "person"
	}
	return ""
}

func rawTexts(raw []json.RawMessage) [][]byte {
	texts := make([][]byte, len(raw))
	for i, t := range raw {
		texts[i] = t
	}
	return texts
}

// bounded leaves out what another alternative implies, and reduces what are
// still too many to what they share.
func bounded(ways []alternative) ([]alternative, bool) {
	var minimal []alternative
	for n, way := range ways {
		implied := slices.ContainsFunc(ways[:n], func(other alternative) bool { return other.within(way) }) ||
			slices.ContainsFunc(ways[n+1:], func(other alternative) bool { return other.within(way) && !way.within(other) })
		if !implied {
			minimal = append(minimal, way)
		}
	}
	if len(minimal) <= maxAlternatives {
		return minimal, true
	}
	shared := minimal[0]
	for _, way := range minimal[1:] {
		shared = alternative{scopes: common(shared.scopes, way.scopes), conditions: common(shared.conditions, way.conditions)}
	}
	return []alternative{shared}, false
}

// speaksFor reports whether the identity's tokens can have all of the scopes.
// Those of workloads have none.
func (i *identity) speaksFor(scopes ...string) bool {
	if i.profile == profileWorkload {
		return false
	}
	for _, s := range scopes {
		server, _, _ := strings.Cut(s, "/")
		if _, ok := i.audiences[server]; !ok {
			return false
		}
	}
	return true
}

// union returns the words of both, sorted, each once.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(word string) bool { return !slices.Contains(b, word) })
}

func subset(a, b []string) bool { return len(common(a, b)) == len(a) }
