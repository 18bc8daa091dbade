"""Checks the Kubernetes recipe, and does what its pods would do, on loopback.

    try_kubernetes.py MANIFEST RSTPROBE DIRECTORY [SCHEMA]

The manifest is held against a model of the API's members that it uses, and against the published
schema where one is given. Then its command runs once for each index as a pod would run it: another
user, no file of its own, CAP_NET_RAW and nothing else. Needs root, PyYAML and jsonschema.
"""

import json
import os
import pathlib
import subprocess
import sys

import jsonschema
import yaml

MODEL = pathlib.Path(__file__).with_name("kubernetes-job-model.json")
TARGETS = ["127.0.0.0/28", "-p", "1-64", "--deepen", "none", "--seed", "1"]


def main():
    manifest, rstprobe, directory, *published = map(pathlib.Path, sys.argv[1:])
    job = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    for schema in (MODEL, *published):
        jsonschema.validate(job, json.loads(schema.read_text(encoding="utf-8")))
    pod = job["spec"]["template"]["spec"]
    container = pod["containers"][0]
    rights = container["securityContext"]["capabilities"]
    if rights != {"drop": ["ALL"], "add": ["NET_RAW"]} or not pod["securityContext"]["runAsNonRoot"]:
        sys.exit("the recipe asks for more than NET_RAW")
    environment = {each["name"]: each["value"] for each in container["env"]}
    if environment["JOB_COMPLETIONS"] != str(job["spec"]["completions"]):
        sys.exit("JOB_COMPLETIONS is not spec.completions")
    # Where the image has it.
    place = directory / "bin"
    place.mkdir()
    directory.chmod(0o755)
    (place / "rstprobe").write_bytes(rstprobe.read_bytes())
    (place / "rstprobe").chmod(0o755)
    user = str(pod["securityContext"]["runAsUser"])
    confine = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups",
               "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw",
               "--bounding-set=-all,+net_raw", "--no-new-privs"]
    for index in range(job["spec"]["completions"]):
        with open(directory / f"pod-{index}.ndjson", "wb") as output:
            done = subprocess.run(
                confine + container["command"] + TARGETS, check=False, cwd="/", stdout=output,
                stderr=subprocess.PIPE, env={
                    **environment, "PATH": f"{place}:{os.environ['PATH']}",
                    "JOB_COMPLETION_INDEX": str(index)})
        if done.returncode != 0:
            sys.exit(f"pod {index} ended with {done.returncode}: {done.stderr.decode()}")


if __name__ == "__main__":
    main()
