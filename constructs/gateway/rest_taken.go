package gateway

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
)

// existing returns a problem for each path and method that the app has made on
// the API already, elsewhere.
func (a *restApi) existing() access.Problems {
	if a.shape.noApi {
		return nil
	}
	var ps access.Problems
	var others []*restApi
	for _, other := range a.shape.before() {
		others = append(others, other.kind.(*restApi))
	}
	took := map[string]bool{} // paths that are reported
	known := map[string]awsapigateway.IResource{max(a.belowPath, "/"): a.origin}
	for _, path := range a.order {
		parent, part := splitPath(path)
		where := ""
		if above := known[parent]; above != nil {
			if made := a.madeElsewhere(above, path, part); made != nil {
				known[path], where = made, *made.Node().Path()
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
		if took[m.path] || a.owned != nil { // there awscdk refuses a second one
			continue
		}
		where := ""
		if m.path == max(a.belowPath, "/") && a.origin != nil {
			if made := a.origin.Node().TryFindChild(jsii.String(m.method)); made != nil {
				where = *made.Node().Path()
			}
		}
		if where != "" {
			ps = append(ps, a.taken(m.key, "the method", where))
		}
	}
	return ps
}

// madeElsewhere returns the resource of a path that is not ours. awscdk finds the
// last that was made; those that AddResource makes are children of what is above.
func (a *restApi) madeElsewhere(above awsapigateway.IResource, path, part string) awsapigateway.IResource {
	ours := *a.resources[path].Node().Path()
	if made := above.GetResource(jsii.String(part)); made != nil && *made.Node().Path() != ours {
		return made
	}
	if made, ok := above.Node().TryFindChild(jsii.String(part)).(awsapigateway.Resource); ok {
		return made
	}
	return nil
}

func (a *restApi) taken(key, what, where string) access.Problem {
	p := access.Problem{ID: "PathExists", Subject: "route " + quote(key), Site: a.shape.site}
	way := "give the resource that exists in Below, or write another route"
	if a.owned != nil {
		way = "remove that one, whose place Handle makes itself, or write another route"
	}
	p.Text = fmt.Sprintf("the API has %s already, from %q, and it cannot be made twice: %s", what, where, way)
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
