package judge

import (
	"fmt"
	"slices"
)

// deployment judges a REST API's declared deployment: it is a snapshot, so it
// has to be of this API and made after all that was declared.
func deployment(s *search, resources []Resource) []Violation {
	if s.api.Deployment == "" {
		return nil
	}
	d := s.home.resource(s.api.Deployment)
	if d["Type"] != deploymentType {
		return nil // compare says so
	}
	var found []Violation
	if !s.reaches(s.home, object(d["Properties"])["RestApiId"]) {
		found = append(found, Violation{ChangedResource, "the deployment is one of another API", "leave it as Scopeway made it", s.home.Path, s.api.Deployment, "Properties/RestApiId"})
	}
	if v := late(d, resources); v != nil {
		v.Template, v.LogicalID = s.home.Path, s.api.Deployment
		found = append(found, *v)
	}
	return found
}

// late reports what a deployment does not wait for. A dependency by way of
// another resource would do for CloudFormation, but only what is written down
// stays when that resource goes.
func late(deployment map[string]any, resources []Resource) *Violation {
	waits := list(deployment["DependsOn"])
	var missing []string
	for _, r := range resources {
		if (r.Type == methodType || r.Type == responseType) && !slices.Contains(waits, any(r.LogicalID)) {
			missing = append(missing, r.What)
		}
	}
	if missing == nil {
		return nil
	}
	what := missing[0]
	if len(missing) > 1 {
		what = fmt.Sprintf("%s and %d more", what, len(missing)-1)
	}
	return &Violation{Rule: ChangedResource,
		Description: "a deployment does not wait for " + what + ", so that older rules may stay in service",
		Fix:         "let the deployment depend on every route, as Scopeway does, and remove what takes its dependencies away",
		Location:    "DependsOn"}
}
