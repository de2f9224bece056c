package judge

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// strangeHTTPStage judges a further stage of an HTTP API. A Foreign API's log
// and throttle are its owner's.
func strangeHTTPStage(s *search, r found, changed reporter) *Violation {
	if r.properties["AutoDeploy"] != true {
		return changed("a further stage does not deploy by itself and keeps older routes and rules in service", "write AutoDeploy: true", "Properties/AutoDeploy")
	}
	if s.api.Foreign {
		return nil
	}
	return unwatched("AccessLogSettings", "DefaultRouteSettings", r, limits(r.properties["DefaultRouteSettings"]), changed)
}

// strangeStage judges a further stage of a REST API, which may serve nothing
// but the declared deployment. A Foreign API's stages are its owner's.
func strangeStage(s *search, t *indexed, r found, changed reporter) *Violation {
	if _, canary := r.properties["CanarySetting"]; canary {
		return changed("a canary of a further stage keeps older routes and rules in service", "remove CanarySetting", "Properties/CanarySetting")
	}
	if s.api.Foreign {
		return nil
	}
	ours := map[string]any{"Ref": s.api.Deployment}
	if t != s.home || !reflect.DeepEqual(r.properties["DeploymentId"], any(ours)) {
		return changed("a further stage keeps another deployment's routes and rules in service", "give it the deployment that Scopeway made, in the same stack", "Properties/DeploymentId")
	}
	if policy := keptBy(r.whole); policy != "" {
		return changed("a further stage stays in service, with older routes and rules, when it is removed from the code ("+policy+")", "remove the policy", policy)
	}
	settings := list(r.properties["MethodSettings"])
	if switchedOn(r.properties["MethodSettings"], "CachingEnabled") {
		return changed("a further stage keeps answers of backends, and may give one caller's to another", "write CachingEnabled: false", "Properties/MethodSettings")
	}
	if switchedOn(r.properties["MethodSettings"], "DataTraceEnabled") {
		return changed("a further stage writes whole requests, with what is secret in them, into its log", "write DataTraceEnabled: false", "Properties/MethodSettings")
	}
	limited := slices.ContainsFunc(settings, func(setting any) bool {
		of := object(setting)
		return of["HttpMethod"] == "*" && of["ResourcePath"] == "/*" && limits(of)
	})
	return unwatched("AccessLogSetting", "MethodSettings", r, limited, changed)
}

// ownStages judges what a declared stage of an HTTP API says of single routes: they
// may have another throttle, but not none. A REST API's says nothing of them.
func ownStages(s *search, declared []Resource) []Violation {
	var all []Violation
	for _, d := range declared {
		if d.Type == httpStageType && unlimited(s.home.properties(d.LogicalID)["RouteSettings"]) {
			all = append(all, Violation{ChangedResource, d.What + " takes the throttle off single routes", "write a rate and a burst of at least 0", s.home.Path, d.LogicalID, "Properties/RouteSettings"})
		}
	}
	return all
}

// switchedOn reports whether settings, under any condition, have something on.
func switchedOn(settings any, name string) bool {
	return anywhere(settings, func(of map[string]any) bool {
		on, given := of[name]
		return given && on != false
	})
}

// unlimited reports whether settings, under any condition, take a limit off.
func unlimited(settings any) bool {
	return anywhere(settings, func(of map[string]any) bool {
		return slices.ContainsFunc(limitNames, func(name string) bool { return isNegative(of[name]) })
	})
}

// unwatched reports a further stage whose requests nothing counts: those that
// its throttle lets through are as many as the account's, and those that no
// access log has nobody knows of.
func unwatched(log, throttle string, r found, limited bool, changed reporter) *Violation {
	if !given(object(r.properties[log])["DestinationArn"]) {
		return changed("a further stage has no access log", "give it one ("+log+")", "Properties/"+log)
	}
	if !limited {
		return changed("a further stage has no throttle", "give it a rate and a burst for all its routes ("+throttle+")", "Properties/"+throttle)
	}
	for _, single := range []string{"RouteSettings", "MethodSettings"} {
		if unlimited(r.properties[single]) {
			return changed("a further stage takes the throttle off single routes", "write a rate and a burst of at least 0", "Properties/"+single)
		}
	}
	return nil
}

var limitNames = []string{"ThrottlingRateLimit", "ThrottlingBurstLimit"}

// isNegative reports whether a rate or burst is below 0, which is no limit.
func isNegative(limit any) bool { return strings.HasPrefix(fmt.Sprint(limit), "-") }

// limits reports whether settings limit requests.
func limits(settings any) bool {
	for _, name := range limitNames {
		limit := object(settings)[name]
		if !given(limit) || isNegative(limit) {
			return false
		}
	}
	return true
}

// given reports whether a value is there whatever the stack's conditions are.
func given(value any) bool {
	return value != nil && value != "" && !noValue(value)
}

// noValue reports whether a value, or one of those it may be, is as none.
func noValue(value any) bool {
	return anywhere(value, func(o map[string]any) bool { return o["Ref"] == "AWS::NoValue" })
}
