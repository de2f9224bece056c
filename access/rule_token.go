package access

// Role lets a caller through whose token has the role, in the claim where the
// identity keeps roles. Roles are compared byte for byte.
func Role(name string) Rule { return Rule{kind: role, name: name} }

// MemberOf lets a caller through whose token has the group, in the claim where
// the identity keeps groups. Groups are compared byte for byte.
func MemberOf(group string) Rule { return Rule{kind: member, name: group} }

// Claim lets a caller through in whose token the claim is exactly one of the
// values. The claim is a member of the token's top level, its name compared
// byte for byte. Types are never converted: a claim that is absent, null, an
// array or an object, or of another type than the values, does not match; "3"
// is not 3, and of all ways to write that number only 3 is it (not 3.0, 3e0).
//
// Refused are claims that other parts of a rule or the verification decide on,
// such as scope, iss and exp; an empty name; empty texts and repeated values.
func Claim[V string | bool | int | int64](name string, value V, more ...V) Rule {
	r := Rule{kind: claim, name: name}
	for _, v := range append([]V{value}, more...) {
		r.values = append(r.values, wide(v))
	}
	return r
}

// wide returns the one type that numbers have in rules and callers.
func wide(value any) any {
	if n, ok := value.(int); ok {
		return int64(n)
	}
	return value
}

// Machine lets a client through that acts for itself ([KindMachine]).
func Machine() Rule { return Rule{kind: machine} }

// Person lets a client through that acts for a person ([KindPerson]).
func Person() Rule { return Rule{kind: person} }

// SignedIn lets everybody through who has a good token. It is meant for
// identities that have no scopes: gateways refuse it for others.
func SignedIn() Rule { return Rule{kind: signedIn} }
