package judge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

func TestFurtherStagesOfAnHTTPAPI(t *testing.T) {
	const stage = `"R": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"ApiId": {"Ref": "Api"}, "AutoDeploy": true,
		"AccessLogSettings": {"DestinationArn": {"Fn::Join": ["", ["arn:", {"Ref": "L"}]]}, "Format": "free"},
		"DefaultRouteSettings": {"ThrottlingRateLimit": 10, "ThrottlingBurstLimit": 0}}}`
	for _, c := range []struct{ name, from, to, location string }{
		{"one that is watched", "", "", ""},
		{"limits that are computed", `10`, `{"Ref": "P"}`, ""},
		{"one that does not deploy by itself", `"AutoDeploy": true`, `"AutoDeploy": false`, "Properties/AutoDeploy"},
		{"one that says nothing of it", `"AutoDeploy": true,`, ``, "Properties/AutoDeploy"},
		{"one that may deploy by itself", `"AutoDeploy": true`, `"AutoDeploy": {"Ref": "P"}`, "Properties/AutoDeploy"},
		{"no access log", `"AccessLogSettings"`, `"X"`, "Properties/AccessLogSettings"},
		{"an access log to nowhere", `"DestinationArn"`, `"X"`, "Properties/AccessLogSettings"},
		{"an access log to nothing", `{"Fn::Join": ["", ["arn:", {"Ref": "L"}]]}`, `""`, "Properties/AccessLogSettings"},
		{"an access log to no value", `{"Ref": "L"}`, `{"Ref": "AWS::NoValue"}`, "Properties/AccessLogSettings"},
		{"an access log at times", `{"Fn::Join": ["", ["arn:", {"Ref": "L"}]]}`, `{"Fn::If": ["C", "arn", {"Ref": "AWS::NoValue"}]}`, "Properties/AccessLogSettings"},
		{"settings at times", `{"DestinationArn"`, `{"Fn::If": ["C", {}, {"Ref": "AWS::NoValue"}], "X"`, "Properties/AccessLogSettings"},
		{"no throttle", `"DefaultRouteSettings"`, `"X"`, "Properties/DefaultRouteSettings"},
		{"a throttle of single routes", `"DefaultRouteSettings": {`, `"RouteSettings": {"GET /a": {}, `, "Properties/DefaultRouteSettings"},
		{"no rate", `"ThrottlingRateLimit"`, `"X"`, "Properties/DefaultRouteSettings"},
		{"no burst", `"ThrottlingBurstLimit"`, `"X"`, "Properties/DefaultRouteSettings"},
		{"a rate without end", `10`, `-1`, "Properties/DefaultRouteSettings"},
		{"a rate without end as a text", `10`, `"-1"`, "Properties/DefaultRouteSettings"},
		{"a rate of no value", `10`, `{"Ref": "AWS::NoValue"}`, "Properties/DefaultRouteSettings"},
		{"another throttle of a single route", `"DefaultRouteSettings"`, `"RouteSettings": {"GET /a": {"ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 0}}, "DefaultRouteSettings"`, ""},
		{"a route without a throttle", `"DefaultRouteSettings"`, `"RouteSettings": {"GET /a": {"ThrottlingRateLimit": -1}}, "DefaultRouteSettings"`, "Properties/RouteSettings"},
		{"a route without a burst at times", `"DefaultRouteSettings"`, `"RouteSettings": {"GET /a": {"Fn::If": ["C", {"ThrottlingBurstLimit": "-1"}, {}]}}, "DefaultRouteSettings"`, "Properties/RouteSettings"},
	} {
		t.Run(c.name, func(t *testing.T) {
			testStage(t, declared, good, stage, c.from, c.to, c.location)
		})
	}
}

func TestFurtherStagesOfARESTAPI(t *testing.T) {
	const stage = `"R": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "D"},
		"AccessLogSetting": {"DestinationArn": {"Fn::GetAtt": ["L", "Arn"]}, "Format": "free"},
		"MethodSettings": [{"HttpMethod": "GET", "ResourcePath": "/a"}, {"HttpMethod": "*", "ResourcePath": "/*", "DataTraceEnabled": false, "ThrottlingRateLimit": 10, "ThrottlingBurstLimit": 5}]}}`
	for _, c := range []struct{ name, from, to, location string }{
		{"one that is watched", "", "", ""},
		{"one that says nothing of traces", `"DataTraceEnabled": false, `, ``, ""},
		{"another deployment", `{"Ref": "D"}`, `{"Ref": "E"}`, "Properties/DeploymentId"},
		{"an old deployment", `{"Ref": "D"}`, `"abc123"`, "Properties/DeploymentId"},
		{"no deployment", `"DeploymentId"`, `"X"`, "Properties/DeploymentId"},
		{"a computed deployment", `{"Ref": "D"}`, `{"Fn::Sub": "${D}"}`, "Properties/DeploymentId"},
		{"a canary", `"AccessLogSetting"`, `"CanarySetting": {"DeploymentId": "old"}, "AccessLogSetting"`, "Properties/CanarySetting"},
		{"one that stays", `"Type"`, `"DeletionPolicy": "Retain", "Type"`, "DeletionPolicy"},
		{"no access log", `"AccessLogSetting"`, `"X"`, "Properties/AccessLogSetting"},
		{"an HTTP API's access log", `"AccessLogSetting"`, `"AccessLogSettings"`, "Properties/AccessLogSetting"},
		{"an access log to nowhere", `"DestinationArn"`, `"X"`, "Properties/AccessLogSetting"},
		{"an access log to no value", `{"Fn::GetAtt": ["L", "Arn"]}`, `{"Ref": "AWS::NoValue"}`, "Properties/AccessLogSetting"},
		{"no settings", `"MethodSettings"`, `"X"`, "Properties/MethodSettings"},
		{"settings of no value", `"MethodSettings": [`, `"MethodSettings": {"Ref": "AWS::NoValue"}, "X": [`, "Properties/MethodSettings"},
		{"a throttle of one verb", `"*"`, `"POST"`, "Properties/MethodSettings"},
		{"a throttle of one path", `"/*"`, `"/b"`, "Properties/MethodSettings"},
		{"no rate", `"ThrottlingRateLimit"`, `"X"`, "Properties/MethodSettings"},
		{"no burst", `"ThrottlingBurstLimit"`, `"X"`, "Properties/MethodSettings"},
		{"a burst without end", `: 5`, `: -1`, "Properties/MethodSettings"},
		{"another throttle of a single route", `"ResourcePath": "/a"`, `"ResourcePath": "/a", "ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 1`, ""},
		{"a route without a throttle", `"ResourcePath": "/a"`, `"ResourcePath": "/a", "ThrottlingRateLimit": -1, "ThrottlingBurstLimit": -1`, "Properties/MethodSettings"},
		{"kept answers", `"DataTraceEnabled": false`, `"CachingEnabled": true`, "Properties/MethodSettings"},
		{"kept answers of one route at times", `"ResourcePath": "/a"`, `"ResourcePath": "/a", "CachingEnabled": {"Ref": "P"}`, "Properties/MethodSettings"},
		{"answers that are not kept", `"ResourcePath": "/a"`, `"ResourcePath": "/a", "CachingEnabled": false`, ""},
		{"whole requests in the log", `"DataTraceEnabled": false`, `"DataTraceEnabled": true`, "Properties/MethodSettings"},
		{"whole requests at times", `"DataTraceEnabled": false`, `"DataTraceEnabled": {"Ref": "P"}`, "Properties/MethodSettings"},
		{"whole requests under a condition", `{"HttpMethod": "GET", "ResourcePath": "/a"}`, `{"Fn::If": ["C", {"DataTraceEnabled": true}, {}]}`, "Properties/MethodSettings"},
		{"whole requests of one route", `"ResourcePath": "/a"`, `"ResourcePath": "/a", "DataTraceEnabled": true`, "Properties/MethodSettings"},
	} {
		t.Run(c.name, func(t *testing.T) {
			testStage(t, declaredREST, goodREST, stage, c.from, c.to, c.location)
		})
	}
}

// testStage judges a further stage after a change of it.
func testStage(t *testing.T, api judge.API, resources, stage, from, to, location string) {
	t.Helper()
	changed := strings.Replace(stage, from, to, 1)
	var got, want []string
	for _, v := range judge.Judge([]judge.Template{template(t, "main.json", resources+", "+changed, "")}, api) {
		got = append(got, v.Rule+" "+v.Location)
	}
	if location != "" {
		want = []string{judge.ChangedResource + " " + location}
	}
	if from != "" && changed == stage || !slices.Equal(got, want) {
		t.Errorf("Judge(%s) = %v, want %v", changed, got, want)
	}
}
