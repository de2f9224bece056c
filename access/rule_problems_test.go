package access_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
)

func TestCompileRefusesRulesThatReadTokensWrongly(t *testing.T) {
	for _, c := range []struct {
		name string
		rule access.Rule
		want []string
	}{
		{"an empty role", access.Role(""), []string{"BadName"}},
		{"a blank role", access.Role("\u00a0 "), []string{"BadName"}},
		{"a role that is not UTF-8", access.Role("\xff"), []string{"BadName"}},
		{"a role with a null character", access.Role("a\x00"), []string{"BadName"}},
		{"a role with a soft hyphen", access.Role("ad\u00admin"), []string{"BadName"}},
		{"a role that is too long", access.Role(strings.Repeat("x", 257)), []string{"BadName"}},
		{"an empty group", access.MemberOf(""), []string{"BadName"}},
		{"an empty claim", access.Claim("", "x"), []string{"BadName"}},
		{"an empty value", access.Claim("a", ""), []string{"BadName"}},
		{"an empty value behind a good one", access.Claim("a", "x", ""), []string{"BadName"}},
		{"two empty values", access.Claim("a", "", ""), []string{"BadName", "RepeatedValue"}},
		{"a value twice", access.Claim("a", "x", "y", "x"), []string{"RepeatedValue"}},
		{"a number twice", access.Claim("a", 1, 1), []string{"RepeatedValue"}},
		{"a boolean twice", access.Claim("a", true, true), []string{"RepeatedValue"}},
		{"a number that loses digits", access.Claim("level", 9007199254740992), []string{"UnsafeInteger"}},
		{"iss", access.Claim("iss", "https://a.example"), []string{"ReservedClaim"}},
		{"aud", access.Claim("aud", "a"), []string{"ReservedClaim"}},
		{"exp", access.Claim("exp", 1), []string{"ReservedClaim"}},
		{"nbf", access.Claim("nbf", 1), []string{"ReservedClaim"}},
		{"iat", access.Claim("iat", 1), []string{"ReservedClaim"}},
		{"jti", access.Claim("jti", "a"), []string{"ReservedClaim"}},
		{"scope", access.Claim("scope", "orders/read"), []string{"ReservedClaim"}},
		{"cnf", access.Claim("cnf", true), []string{"ReservedClaim"}},
		{"token_use", access.Claim("token_use", "id"), []string{"ReservedClaim"}},
		{"from nobody", access.Role("a").From(""), []string{"BadName"}},
		{"from a blank", access.SignedIn().From(" "), []string{"BadName"}},
		{"from two", access.Role("a").From("Users").From("Partners"), []string{"FromTwice"}},
		{"from two, inside and outside", access.All(access.Role("a").From("Users"), access.Role("b")).From("Partners"), []string{"FromTwice"}},
		{"from two, one of them nobody", access.Require(read).From("Users").From(""), []string{"BadName", "FromTwice"}},
		{"a public rule from somewhere", access.Public("why").From("Users"), []string{"PublicFrom"}},
		{"a public rule in all", access.All(access.Public("why")), []string{"PublicInGroup"}},
		{"a public rule in any", access.Any(access.Role("a"), access.Public("why")), []string{"PublicInGroup"}},
		{"a public rule in any in all", access.All(access.Role("a"), access.Any(access.Machine(), access.Public("why"))), []string{"PublicInGroup"}},
		{"a public rule in any from somewhere", access.Any(access.Role("a"), access.Public("why")).From("Users"), []string{"PublicInGroup"}},
		{"no rule in any", access.Any(access.Rule{}, access.Role("a")), []string{"NoRule"}},
		{"no rule from somewhere", access.Rule{}.From("Users"), []string{"NoRule"}},
		{"a zero scope in any", access.Any(access.Require(access.Scope{}), access.Role("a")), []string{"NoScope"}},
		{"everything in one", access.All(access.Role(""), access.Claim("iss", ""), access.Require(read, read)), []string{"BadName", "ReservedClaim", "BadName", "RepeatedScope"}},

		{"sub", access.Claim("sub", "ada"), nil},
		{"client_id", access.Claim("client_id", "billing"), nil},
		{"a group with what XML escapes", access.MemberOf(`<a> & "b"`), nil},
		{"a group of another alphabet", access.MemberOf("продажи"), nil},
		{"a claim that is a URL", access.Claim("https://shop.example.com/tier", "gold"), nil},
		{"zero", access.Claim("level", 0), nil},
		{"false", access.Claim("beta", false), nil},
		{"from one, twice", access.All(access.Role("a").From("Users")).From("Users"), nil},
		{"scopes in any", access.Any(access.Require(read), access.RequireAnyOf(write, admin)), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := access.Compile(route("GET /x", c.rule))
			var problems access.Problems
			errors.As(err, &problems)
			var ids []string
			for _, p := range problems {
				ids = append(ids, p.ID)
			}
			if !slices.Equal(ids, c.want) || (table == nil) != (len(c.want) > 0) {
				t.Errorf("Compile(%s) = %v, want %v", c.rule, err, c.want)
			}
		})
	}
}
