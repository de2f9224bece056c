package caller

import (
	"testing"

	"github.com/scopeway/scopeway/access"
)

func TestACallerHasWhatWasGranted(t *testing.T) {
	c := recorded
	if !c.Has(read) || !c.Has(write) || !c.HasRole("admin") || !c.MemberOf("staff") {
		t.Errorf("%+v lacks what it has", c)
	}
}

func TestACallerHasNothingElse(t *testing.T) {
	other := access.NewResourceServer("stock", "Stock API").Scope("read", "See the stock")
	for name, has := range map[string]bool{
		"another scope of the server":     recorded.Has(admin),
		"the scope of another server":     recorded.Has(other),
		"the zero scope":                  (&Caller{Scopes: []access.Scope{{}}}).Has(access.Scope{}),
		"a role in capitals":              recorded.HasRole("Admin"),
		"a role that is a group":          recorded.HasRole("staff"),
		"no role":                         (&Caller{Roles: []string{""}}).HasRole(""),
		"a group that is a role":          recorded.MemberOf("admin"),
		"a group with a space":            recorded.MemberOf("staff "),
		"no group":                        (&Caller{Groups: []string{""}}).MemberOf(""),
		"a scope of the zero caller":      (&Caller{}).Has(read),
		"a scope of nobody":               (*Caller)(nil).Has(read),
		"a role of nobody":                (*Caller)(nil).HasRole("admin"),
		"a group that nobody is a member": (*Caller)(nil).MemberOf("staff"),
	} {
		if has {
			t.Errorf("the caller has %s", name)
		}
	}
}
