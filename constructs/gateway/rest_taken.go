package gateway

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
)

// existing returns a problem for each path and method that the app has made on
// the API already, elsewhere.
func (a *restApi) existing() access.Problems {
	if a.owned != nil || a.shape.noApi {
		return nil
	}
	var ps access.Problems
	others := a.before()
	took := map[string]bool{} // paths that are reported
	known := map[string]awsapigateway.IResource{max(a.belowPath, "/"): a.origin}
	for _, path := range a.order {
		parent, part := splitPath(path)
		where := ""
		if above := known[parent]; above != nil {
			if known[path] = above.GetResource(jsii.String(part)); known[path] != nil {
				where = *known[path].Node().Path()
			}
		}
		for _, other := range others {
			if made, ok := other.resources[path]; ok && where == "" {
				where = *made.Node().Path()
			}
		}
		if took[parent] {
			took[path] = true
		} else if where != "" {
			took[path] = true
			ps = append(ps, a.taken(a.firstBelow(path), fmt.Sprintf("the path %q", path), where))
		}
	}
	for _, m := range a.made {
		if took[m.path] {
			continue
		}
		where := ""
		if m.path == max(a.belowPath, "/") && a.origin != nil {
			if made := a.origin.Node().TryFindChild(jsii.String(m.method)); made != nil {
				where = *made.Node().Path()
			}
		}
		for _, other := range others {
			if other.shape.created[m.key] && where == "" {
				where = *other.Node().Path()
			}
		}
		if where != "" {
			ps = append(ps, a.taken(m.key, "the method", where))
		}
	}
	return ps
}

func (a *restApi) taken(key, what, where string) access.Problem {
	p := access.Problem{ID: "PathExists", Subject: "route " + quote(key), Site: a.shape.site}
	p.Text = fmt.Sprintf("the API has %s already, from %q, and it cannot be made twice: give the resource that exists in Below, or write another route", what, where)
	for _, r := range a.shape.routes {
		if r.key == key {
			p.Site = r.site
		}
	}
	return p
}

// firstBelow returns the first route that needs the path.
func (a *restApi) firstBelow(path string) string {
	for _, m := range a.made {
		if m.path == path || len(m.path) > len(path) && m.path[:len(path)+1] == path+"/" {
			return m.key
		}
	}
	return path
}

// before returns what was declared on the same API, earlier in the app.
func (a *restApi) before() []*restApi {
	var found []*restApi
	for _, m := range app.Of(a).Members() {
		c, ok := m.(*core)
		if !ok {
			continue
		}
		other, ok := c.kind.(*restApi)
		if other == a {
			break
		}
		if ok && other.name() == a.name() {
			found = append(found, other)
		}
	}
	return found
}
