package access

// Outcome is a rule held against a caller, part by part: the tree behind a
// decision, for people.
type Outcome struct {
	// Text reads the part aloud, for example "orders/read" or `role "admin"`.
	Text string `json:"rule"`
	// Satisfied is whether the caller satisfies the part.
	Satisfied bool `json:"satisfied"`
	// Needs is "all" or "any" of Parts, and "" for what has none.
	Needs string `json:"needs,omitempty"`
	// Parts are what the part is made of, in the order of the rule; the identity
	// of [Rule.From] comes last.
	Parts []Outcome `json:"parts,omitempty"`
}

// Outcome holds the rule against a verified caller, as [Decide] does but for the
// expiry. Nil, which is no caller, satisfies nothing but a public rule.
func (r Rule) Outcome(caller *Caller) Outcome {
	has := func(fact) bool { return false }
	if caller != nil {
		has = caller.has
	}
	return r.outcome(has, caller != nil)
}

func (r Rule) outcome(has func(fact) bool, verified bool) Outcome {
	o := Outcome{Text: r.String(), Satisfied: r.kind == public || verified && r.satisfied(has)}
	switch {
	case r.kind == every || r.kind == some:
		for _, p := range r.parts {
			o.Parts = append(o.Parts, p.outcome(has, verified))
		}
	case len(r.from) > 0:
		plain := r
		plain.from = nil
		o.Parts = append(o.Parts, plain.outcome(has, verified))
		for _, id := range r.from {
			o.Parts = append(o.Parts, Outcome{Text: "from " + quoteAll([]string{id}, ""), Satisfied: has(fact{kind: isFrom, name: id})})
		}
	case len(r.scopes) > 1:
		for _, s := range sortedScopes(r.scopes) {
			o.Parts = append(o.Parts, Outcome{Text: s.String(), Satisfied: has(fact{kind: hasScope, scope: s})})
		}
	}
	if len(o.Parts) > 0 {
		o.Needs = "all"
		if r.kind == some || r.kind == requireAny && len(r.from) == 0 {
			o.Needs = "any"
		}
	}
	return o
}
