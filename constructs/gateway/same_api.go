package gateway

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// between returns what is wrong with the API's routes beside those that the app
// has declared on the same API before, elsewhere.
func (c *core) between() access.Problems {
	var ps access.Problems
	for _, other := range c.before() {
		ps = append(ps, access.Between(other.declarations, c.declarations)...)
	}
	return ps
}

// before returns what was declared on the same API, earlier in the app.
func (c *core) before() []*core {
	var found []*core
	if c.noApi {
		return nil
	}
	for _, m := range app.Of(c.construct).Members() {
		other, ok := m.(*core)
		if other == c {
			break
		}
		if ok && other.kind.word() == c.kind.word() && !other.noApi && other.name() == c.name() && mayMeet(other, c) {
			found = append(found, other)
		}
	}
	return found
}

// mayMeet reports whether ids that are spelled alike may be those of one API. In
// two environments or regions they are of two: what is imported under one name,
// for example.
func mayMeet(a, b *core) bool {
	return !environmentOf(a).differs(environmentOf(b)) &&
		!differ(*awscdk.Stack_Of(a.construct).Region(), *awscdk.Stack_Of(b.construct).Region())
}

// name returns what the API's id is told from others by.
func (c *core) name() string {
	if c.spelling == "" {
		c.spelling = spelledID(c.construct, *c.kind.apiID())
	}
	return c.spelling
}

// spelledID returns an id as it is told from others: those that refer to a
// resource by themselves, for two stacks may have resources of one logical id;
// others, such as imports, as the template has them.
func spelledID(scope constructs.Construct, id string) string {
	if !trust.Unresolved(id) {
		return id
	}
	text := rendered(scope, []any{id})
	var plain []string
	if json.Unmarshal([]byte(text), &plain) == nil && len(plain) == 1 {
		return plain[0]
	}
	var parts []map[string]any
	if json.Unmarshal([]byte(text), &parts) == nil && len(parts) == 1 {
		_, attribute := parts[0]["Fn::GetAtt"]
		_, ref := parts[0]["Ref"]
		if attribute || ref {
			return id
		}
	}
	return text
}
