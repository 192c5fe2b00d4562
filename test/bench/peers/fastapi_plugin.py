"""A plugin as somebody writes it who follows interLink's guide for plugins in Python: a FastAPI server that hands each container of a pod
to the Docker Engine, and asks the engine again whenever it is asked. A peer for the benchmarks; nothing runs it but them."""

import os

import docker
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import PlainTextResponse

app = FastAPI()
engine = docker.from_env()
LABEL = os.environ.get("BENCH_LABEL", "bench")


def name_of(pod, container):
    metadata = pod["metadata"]
    return f"{metadata['namespace']}-{metadata['uid']}-{container['name']}"


def find(name):
    try:
        return engine.containers.get(name)
    except docker.errors.NotFound:
        raise HTTPException(status_code=404, detail=f"no container {name}")


@app.post("/create")
async def create(request: Request):
    body = await request.json()
    pod = (body[0] if isinstance(body, list) else body)["pod"]
    uid = pod["metadata"]["uid"]
    for container in pod["spec"]["containers"]:
        engine.containers.run(
            container["image"],
            command=container.get("args"),
            entrypoint=container.get("command"),
            environment={one["name"]: one.get("value", "") for one in container.get("env") or []},
            name=name_of(pod, container),
            labels={LABEL: "1", "io.kubernetes.pod.uid": uid, "io.kubernetes.docker.type": "container"},
            detach=True,
        )
    return {"PodUID": uid, "PodJID": uid}


@app.post("/delete")
async def delete(request: Request):
    pod = await request.json()
    for container in pod["spec"]["containers"]:
        find(name_of(pod, container)).remove(force=True)
    return PlainTextResponse("deleted")


@app.get("/status")
async def status(request: Request):
    return [status_of(pod) for pod in await request.json()]


def status_of(pod):
    metadata = pod["metadata"]
    containers = [container_status(container, find(name_of(pod, container)).attrs) for container in pod["spec"]["containers"]]
    return {"name": metadata["name"], "UID": metadata["uid"], "namespace": metadata["namespace"], "JID": metadata["uid"], "containers": containers, "initContainers": []}


def container_status(container, attributes):
    seen = attributes["State"]
    if seen["Status"] == "running":
        state = {"running": {"startedAt": seen["StartedAt"]}}
    elif seen["Status"] == "exited":
        state = {"terminated": {"exitCode": seen["ExitCode"], "startedAt": seen["StartedAt"], "finishedAt": seen["FinishedAt"]}}
    else:
        state = {"waiting": {"reason": "ContainerCreating"}}
    ready = "running" in state
    return {"name": container["name"], "state": state, "lastState": {}, "ready": ready, "restartCount": 0, "image": container["image"], "imageID": attributes["Image"]}


@app.get("/getLogs")
async def get_logs(request: Request):
    asked = await request.json()
    name = f"{asked['Namespace']}-{asked['PodUID']}-{asked['ContainerName']}"
    return PlainTextResponse(find(name).logs(tail=asked.get("Opts", {}).get("Tail") or "all"))
