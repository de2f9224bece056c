package assembly

import (
	"reflect"
	"testing"
)

func TestAParameterWithoutANameGetsOneWithoutSlashes(t *testing.T) {
	const resources = `{"P":{"Type":"AWS::SSM::Parameter","Properties":{"Value":"v"}},"Named":{"Type":"AWS::SSM::Parameter","Properties":{"Name":"/a/b","Value":"v"}}}`
	adapted, changes := resourcesOf(t, resources)
	want := parse(t, `{"P":{"Type":"AWS::SSM::Parameter","Properties":{"Name":{"Fn::Join":["-",["CFN",{"Ref":"AWS::StackName"},"P"]]},"Value":"v"}},
		"Named":{"Type":"AWS::SSM::Parameter","Properties":{"Name":"/a/b","Value":"v"}}}`)
	if !reflect.DeepEqual(adapted, want) {
		t.Errorf("adapted to %v, want %v", adapted, want)
	}
	if len(changes) != 1 || changes[0] != "P has a name without slashes" {
		t.Errorf("changes are %q, want one line", changes)
	}
}
