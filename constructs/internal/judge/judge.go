// Package judge finds openings in synthesised CloudFormation templates: what
// of an API differs from what was declared. It looks at the final text only,
// so that no setter, override or second construct gets past it.
package judge

import (
	"fmt"
	"slices"
)

// The kinds of API.
const (
	HTTP = "http"
	REST = "rest"
)

// Resource is one of our resources as it has to be.
type Resource struct {
	LogicalID string
	Type      string
	// Properties have to be equal in the template, those in Absent may not be
	// there. Other properties are free, but for those that open an API of their
	// kind (a REST API's Body, a canary): they have to be named here. A REST API's
	// Policy may be there when it only refuses, or allows public routes alone.
	//
	// A name is a path: "A.B" is member B of property A. Members whose own names
	// have dots need no escape ("RequestParameters.overwrite:header.X"): each way
	// to read the path counts, and all that lead anywhere have to be equal. Where
	// a further member could undo the declared one, as header names in another
	// case do, declare the map as a whole: it is equal only without more members.
	Properties map[string]any
	Absent     []string
	// What says what the resource is, for people.
	What string
}

// API is an API as it was declared.
type API struct {
	// Kind is HTTP, also when empty, or REST.
	Kind string
	// Template is the path of the template that the declared resources are in.
	Template string
	// LogicalID is that of the API itself. It may be empty when the API is Foreign.
	LogicalID string
	// Routes are all its routes or methods.
	Routes []Resource
	// Others are further resources that keep it closed: the API itself, its
	// stage, integrations and authorizer, the authorizer's function, the
	// answers of the gateway, the methods that answer preflights.
	Others []Resource
	// Deployment is the logical id of a REST API's deployment, which has to wait
	// for each declared method and gateway response: what it does not wait for
	// may stay as it was. A method brings its authorizer along, whose id it has.
	// It is mandatory unless the API is Foreign.
	Deployment string
	// Foreign says that the API was made elsewhere and only routes were added.
	//
	// What was declared is compared as ever. Resources of this app that belong to
	// the API by ID are judged, so far as they bear on the declared routes: routes
	// without a rule, stages that do not follow, deployments beside the routes that
	// do not wait for them, canaries. The API's domains, its default endpoint, its
	// deployments and stages otherwise are its owner's, as is all that is in no
	// template of the app: nothing is said about those.
	Foreign bool
	// ID is the id of a Foreign API as it is written in Template: a text, or a
	// function such as {"Ref": "X"} or {"Fn::ImportValue": "x"}. A resource belongs
	// to the API when its own id is the same text in whichever template, or when
	// both come from one resource, parameter, export, output, secret or parameter of
	// Systems Manager.
	ID any
	// Tolerate lets a Foreign API keep all that was not declared, as it was before
	// its adoption: nothing but the declared resources is judged. A tolerated route
	// may be a more special case of a declared one, and is then reached instead.
	Tolerate bool
}

// Judge returns the openings of an API: those of what was declared, and then
// those of what was not, in the order of templates and logical ids.
func Judge(templates []Template, api API) []Violation {
	home := slices.IndexFunc(templates, func(t Template) bool { return t.Path == api.Template })
	if home < 0 {
		return []Violation{api.unsure("the template of the API was not found", "synthesise the API's stack")}
	}
	if v := api.incomplete(); v != nil {
		return []Violation{*v}
	}
	resources := api.resources()
	s := newSearch(templates, home, api)
	found := transforms(s.home, api, resources)
	declared := map[string]bool{}
	for _, r := range resources {
		declared[r.LogicalID] = true
		found = append(found, compare(templates[home], r)...)
	}
	found = append(found, deployment(s, resources)...)
	found = append(found, policy(s, resources)...)
	found = append(found, ownStages(s, resources)...)
	for _, t := range s.templates {
		for _, r := range t.resources {
			if t == s.home && declared[r.id] || !s.isStranger(t, r) {
				continue
			}
			if v := stranger(s, t, r, resources); v != nil {
				v.Template, v.LogicalID = t.Path, r.id
				found = append(found, *v)
			}
		}
	}
	return found
}

// incomplete reports an API about which nothing could be found.
func (api API) incomplete() *Violation {
	var what string
	switch {
	case api.Kind != "" && api.Kind != HTTP && api.Kind != REST:
		what = fmt.Sprintf("there is no kind of API %q", api.Kind)
	case api.Foreign && (api.ID == nil || api.ID == ""):
		what = "the id of the API is not known"
	case !api.Foreign && api.LogicalID == "":
		what = "the logical id of the API is not known"
	case !api.Foreign && api.Kind == REST && api.Deployment == "":
		what = "the API has no deployment that waits for its routes"
	default:
		return nil
	}
	v := api.unsure(what, "leave the API as Scopeway made it")
	return &v
}

// unsure reports that nothing can be said.
func (api API) unsure(what, fix string) Violation {
	return Violation{MissingResource, what + ", so nothing can be said about it", fix, api.Template, api.id(), ""}
}

// id is what the API is reported under.
func (api API) id() string {
	if api.LogicalID == "" {
		return "-"
	}
	return api.LogicalID
}

// resources returns everything that was declared.
func (api API) resources() []Resource {
	all := slices.Concat(api.Others, api.Routes)
	if api.Deployment != "" && !slices.ContainsFunc(all, func(r Resource) bool { return r.LogicalID == api.Deployment }) {
		all = append(all, Resource{LogicalID: api.Deployment, Type: deploymentType, What: "the deployment"})
	}
	return all
}
