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
	if caches(r.properties["MethodSettings"]) {
		return changed("a further stage keeps answers of backends, and may give one caller's to another", "write CachingEnabled: false", "Properties/MethodSettings")
	}
	if traces(r.properties["MethodSettings"]) {
		return changed("a further stage writes whole requests, with what is secret in them, into its log", "write DataTraceEnabled: false", "Properties/MethodSettings")
	}
	limited := slices.ContainsFunc(settings, func(setting any) bool {
		of := object(setting)
		return of["HttpMethod"] == "*" && of["ResourcePath"] == "/*" && limits(of)
	})
	return unwatched("AccessLogSetting", "MethodSettings", r, limited, changed)
}

// caches reports whether settings, under any condition, keep answers.
func caches(settings any) bool {
	kept, given := object(settings)["CachingEnabled"]
	return given && kept != false || slices.ContainsFunc(children(settings), caches)
}

// unlimited reports whether settings, under any condition, take a limit off.
func unlimited(settings any) bool {
	for _, name := range limitNames {
		if strings.HasPrefix(fmt.Sprint(object(settings)[name]), "-") {
			return true
		}
	}
	return slices.ContainsFunc(children(settings), unlimited)
}

// traces reports whether settings, under any condition, trace requests.
func traces(settings any) bool {
	traced, given := object(settings)["DataTraceEnabled"]
	return given && traced != false || slices.ContainsFunc(children(settings), traces)
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

// limits reports whether settings limit requests. A rate or burst below 0 is no
// limit.
func limits(settings any) bool {
	for _, name := range limitNames {
		limit := object(settings)[name]
		if !given(limit) || strings.HasPrefix(fmt.Sprint(limit), "-") {
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
	return object(value)["Ref"] == "AWS::NoValue" || slices.ContainsFunc(children(value), noValue)
}
