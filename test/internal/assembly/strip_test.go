package assembly

import (
	"reflect"
	"testing"
)

func TestWhatTheLocalCloudRefusesIsTakenOutWithWhatRefersToIt(t *testing.T) {
	text, changes, err := adaptTemplate([]byte(`{
		"Resources": {
			"Link": {"Type": "AWS::ApiGatewayV2::VpcLink"},
			"ByRef": {"Type": "T", "Properties": {"ConnectionId": {"Ref": "Link"}}},
			"ByRefOfThat": {"Type": "T", "Properties": {"Target": {"Fn::Join": ["/", ["integrations", {"Ref": "ByRef"}]]}}},
			"ByAttribute": {"Type": "T", "Properties": {"A": {"Fn::GetAtt": ["Link", "Id"]}}},
			"ByPath": {"Type": "T", "Properties": {"A": {"Fn::GetAtt": "Link.Id"}}},
			"BySub": {"Type": "T", "Properties": {"A": {"Fn::Sub": "a-${Link}"}}},
			"BySubOfAttribute": {"Type": "T", "Properties": {"A": {"Fn::Sub": ["a-${Link.Id}-${b}", {"b": "c"}]}}},
			"BySubsVariable": {"Type": "T", "Properties": {"A": {"Fn::Sub": ["${b}", {"b": {"Ref": "Link"}}]}}},
			"Waits": {"Type": "T", "DependsOn": "ByRef"},
			"WaitsForMore": {"Type": "T", "DependsOn": ["ByRef", "Other", "Link"]},
			"Other": {"Type": "T", "Properties": {"A": {"Ref": "LinkTwo"}, "B": {"Fn::Sub": "${LinkTwo}"}, "C": "Link"}}
		},
		"Outputs": {"Gone": {"Value": {"Ref": "ByRef"}}, "Stays": {"Value": {"Ref": "Other"}}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := parse(t, `{
		"Resources": {
			"Waits": {"Type": "T"},
			"WaitsForMore": {"Type": "T", "DependsOn": ["Other"]},
			"Other": {"Type": "T", "Properties": {"A": {"Ref": "LinkTwo"}, "B": {"Fn::Sub": "${LinkTwo}"}, "C": "Link"}}
		},
		"Outputs": {"Stays": {"Value": {"Ref": "Other"}}}
	}`)
	if got := parse(t, string(text)); !reflect.DeepEqual(got, want) {
		t.Errorf("adapted to %v, want %v", got, want)
	}
	if len(changes) != 9 || changes[0] != "ByAttribute is taken out (T)" || changes[8] != "output Gone is taken out" {
		t.Errorf("changes are %q, want a line for each", changes)
	}
}

func TestAnAlarmWithMetricMathIsTakenOut(t *testing.T) {
	adapted, changes := resourcesOf(t, `{"A":{"Type":"AWS::CloudWatch::Alarm","Properties":{"Metrics":[]}}}`)
	if len(adapted) != 0 || len(changes) != 1 {
		t.Errorf("adapted to %v, %q, want nothing", adapted, changes)
	}
}
