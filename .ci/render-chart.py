"""Renders a chart in each of its scenarios: render-chart.py CHART OUT. Ends with 1 when lint or a count is wrong."""

import pathlib
import sys

import helm_python as helm
import yaml

chart, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
out.mkdir(parents=True)
scenarios = {"default": {}} | {f.name.removesuffix("-values.yaml"): yaml.safe_load(f.read_text())
                               for f in sorted(chart.glob("ci/*-values.yaml"))}
print("lint:", helm.lint(str(chart)))
kubeconfig = out / "kubeconfig"
kubeconfig.write_text("apiVersion: v1\nkind: Config\n")
for name, values in scenarios.items():
    with helm.Config(namespace="default", storage_driver="memory", kubeconfig_path=str(kubeconfig)) as config:
        manifest = config.install(str(chart), "demo", values, dry_run="client")["manifest"]
    documents = [d for d in yaml.safe_load_all(manifest) if d]
    deployments = sorted(d["metadata"]["name"] for d in documents if d["kind"] == "Deployment")
    if len(deployments) != 7:
        sys.exit(f"{name}: {len(deployments)} Deployments, not one for each of the seven services: {deployments}")
    (out / f"{name}.yaml").write_text(manifest)
    print(f"{name}: {len(documents)} objects, {len(deployments)} Deployments")
