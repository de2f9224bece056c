package access

import (
	"iter"
	"slices"
)

// Rules are monotone: they are made of facts, "and" and "or". A caller of whom
// more is true is never refused where one of whom less is true is let through.
// That is what makes [Rule.implies] sound.

// satisfied reports whether the facts satisfy the rule. No rule is satisfied
// by nobody; public rules are decided before facts are looked at.
func (r Rule) satisfied(has func(fact) bool) bool {
	switch r.kind {
	case every:
		for _, p := range r.parts {
			if !p.satisfied(has) {
				return false
			}
		}
		return len(r.parts) > 0
	case some:
		for _, p := range r.parts {
			if p.satisfied(has) {
				return true
			}
		}
		return false
	}
	for _, id := range r.from {
		if !has(fact{kind: isFrom, name: id}) {
			return false
		}
	}
	all, asked := r.needsAll(), r.kind == signedIn
	for f := range r.facts() {
		asked = true
		if has(f) != all {
			return !all // one is lacking of all, or one of any is there
		}
	}
	return all && asked
}

// needsAll reports whether a rule without parts asks for all of its facts, and
// not for one of them.
func (r Rule) needsAll() bool {
	switch r.kind {
	case requireAll, role, member, machine, person, signedIn:
		return true
	default:
		return false
	}
}

// facts yields what a rule without parts asks for, but for From. What is no
// rule, or public, asks for one of none.
func (r Rule) facts() iter.Seq[fact] {
	return func(yield func(fact) bool) {
		switch r.kind {
		case requireAll, requireAny:
			for _, s := range r.scopes {
				if !yield(fact{kind: hasScope, scope: s}) {
					return
				}
			}
		case claim:
			for _, v := range r.values {
				if !yield(fact{kind: hasClaim, name: r.name, value: v}) {
					return
				}
			}
		case role:
			yield(fact{kind: hasRole, name: r.name})
		case member:
			yield(fact{kind: isMember, name: r.name})
		case machine:
			yield(fact{kind: isKind, name: string(KindMachine)})
		case person:
			yield(fact{kind: isKind, name: string(KindPerson)})
		}
	}
}

// NeedsScope reports whether a token of the identity can satisfy the rule only
// if it has a scope. It is true as well where no token of the identity can. A
// public rule needs none.
func (r Rule) NeedsScope(identity string) bool {
	if r.kind == public {
		return false
	}
	return !r.satisfied(func(f fact) bool {
		return f.kind != hasScope && (f.kind != isFrom || f.name == identity)
	})
}

// NeedsClaim reports whether a token of the identity without any scope can
// satisfy the rule only if it has a claim of which says is true, by its name and
// the value that the rule wants: a text, a bool or an int64. It is true as well
// where no such token can. A public rule needs none.
func (r Rule) NeedsClaim(identity string, says func(name string, value any) bool) bool {
	if r.kind == public {
		return false
	}
	return !r.satisfied(func(f fact) bool {
		said := f.kind == hasClaim && says(f.name, f.value)
		return f.kind != hasScope && !said && (f.kind != isFrom || f.name == identity)
	})
}

// byScopes reports whether the rule lacks nothing but what is no scope.
func (r Rule) byScopes(has func(fact) bool) bool {
	return r.satisfied(func(f fact) bool { return f.kind != hasScope || has(f) })
}

// missing returns the scopes that would have helped, sorted, each once: those
// lacking of "all of", and all of an unmet "any of". What else is unmet is
// left out of account.
func (r Rule) missing(has func(fact) bool) []Scope {
	var lacking []Scope
	switch {
	case r.byScopes(has):
	case r.kind == every || r.kind == some:
		for _, p := range r.parts {
			lacking = append(lacking, p.missing(has)...)
		}
	default:
		for _, s := range r.scopes {
			if !has(fact{kind: hasScope, scope: s}) {
				lacking = append(lacking, s)
			}
		}
	}
	return sortedScopes(lacking)
}

// unmet reads aloud the conditions that would have helped, in the order of the
// rule, each once.
func (r Rule) unmet(has func(fact) bool) []string {
	if r.satisfied(has) {
		return nil
	}
	if r.kind != every && r.kind != some {
		return []string{r.String()}
	}
	var texts []string
	for _, p := range r.parts {
		for _, text := range p.unmet(has) {
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	return texts
}
