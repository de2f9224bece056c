package access

import "slices"

// maxAlternatives is how many ways to satisfy a rule are looked at.
const maxAlternatives = 4096

// implies reports whether everybody who satisfies r also satisfies other. It
// errs towards false: when the rule has too many alternatives to look at, and
// where only the meaning of names could tell.
//
// It looks at each smallest set of facts that satisfies r. As rules are
// monotone, whoever satisfies r has all facts of one of these sets, and so
// satisfies what the set satisfies. A set that can be true of nobody, such as
// two identities at once, is asked for more than needed, never for less.
func (r Rule) implies(other Rule) bool {
	if other.kind == public {
		return true
	}
	alternatives, ok := r.alternatives()
	if !ok || len(alternatives) == 0 {
		return false
	}
	for _, facts := range alternatives {
		if !other.satisfied(func(f fact) bool { return slices.Contains(facts, f) }) {
			return false
		}
	}
	return true
}

// alternatives returns the smallest sets of facts that satisfy the rule, and
// false when there are more than [maxAlternatives] or the rule is not made of
// facts.
func (r Rule) alternatives() (sets [][]fact, ok bool) {
	switch r.kind {
	case noRule, public:
		return nil, false
	case every:
		sets = [][]fact{nil}
		for _, p := range r.parts {
			part, ok := p.alternatives()
			if !ok || len(sets)*len(part) > maxAlternatives {
				return nil, false
			}
			var product [][]fact
			for _, have := range sets {
				for _, more := range part {
					product = append(product, slices.Concat(have, more))
				}
			}
			sets = product
		}
		return sets, true
	case some:
		for _, p := range r.parts {
			part, ok := p.alternatives()
			if !ok || len(sets)+len(part) > maxAlternatives {
				return nil, false
			}
			sets = append(sets, part...)
		}
		return sets, true
	}
	var from []fact
	for _, id := range r.from {
		from = append(from, fact{kind: isFrom, name: id})
	}
	if r.needsAll() {
		return [][]fact{slices.AppendSeq(from, r.facts())}, true
	}
	for f := range r.facts() {
		sets = append(sets, append(slices.Clone(from), f))
	}
	return sets, len(sets) <= maxAlternatives
}
