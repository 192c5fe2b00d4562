// Generated from api-spec/interlink-plugin.yaml by `npm run generate`. Change that file, not this one.

/** The OpenAPI document of the plugin API. */
export const PLUGIN_API_DOCUMENT = {
  "openapi": "3.0.3",
  "info": {
    "title": "interLink plugin API",
    "version": "1.0.0",
    "description": "The calls that an interLink API server makes to a plugin, as they are on the wire.\n\n- The caller is written in Go: a list, map or pointer that holds nothing arrives as `null`. Everything optional is\n  therefore nullable here.\n- Objects are open. A field that this document does not name passes through as it came.\n- `/status` and `/getLogs` are GET calls with a JSON body. For callers that cannot send one, POST does the same.\n- There is no authentication. Requests made by web pages (they carry an `Origin`) are refused.\n",
    "license": {
      "name": "Apache-2.0",
      "url": "https://www.apache.org/licenses/LICENSE-2.0"
    }
  },
  "servers": [
    {
      "url": "/"
    }
  ],
  "tags": [
    {
      "name": "pods",
      "description": "A pod's life"
    },
    {
      "name": "node",
      "description": "What the node is and does"
    }
  ],
  "paths": {
    "/status": {
      "get": {
        "operationId": "getStatus",
        "tags": [
          "node"
        ],
        "summary": "State of some pods, or a ping",
        "description": "With pods in the list: their containers' states. A pod that this plugin cannot speak for is left out.\nWith an empty list: a ping, answered with the node's capacity.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/Session"
          }
        ],
        "requestBody": {
          "$ref": "#/components/requestBodies/Pods"
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Status"
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "default": {
            "$ref": "#/components/responses/Failure"
          }
        }
      },
      "post": {
        "operationId": "postStatus",
        "tags": [
          "node"
        ],
        "summary": "The same as GET /status",
        "parameters": [
          {
            "$ref": "#/components/parameters/Session"
          }
        ],
        "requestBody": {
          "$ref": "#/components/requestBodies/Pods"
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/Status"
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "default": {
            "$ref": "#/components/responses/Failure"
          }
        }
      }
    },
    "/getLogs": {
      "get": {
        "operationId": "getLogs",
        "tags": [
          "pods"
        ],
        "summary": "A container's log, as a stream",
        "description": "With `Follow` the stream lasts until the container has ended. A stream that breaks off without its last chunk\nhas failed; one that ends well is complete.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/Session"
          }
        ],
        "requestBody": {
          "$ref": "#/components/requestBodies/Log"
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/LogStream"
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "default": {
            "$ref": "#/components/responses/Failure"
          }
        }
      },
      "post": {
        "operationId": "postLogs",
        "tags": [
          "pods"
        ],
        "summary": "The same as GET /getLogs",
        "parameters": [
          {
            "$ref": "#/components/parameters/Session"
          }
        ],
        "requestBody": {
          "$ref": "#/components/requestBodies/Log"
        },
        "responses": {
          "200": {
            "$ref": "#/components/responses/LogStream"
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "default": {
            "$ref": "#/components/responses/Failure"
          }
        }
      }
    },
    "/create": {
      "post": {
        "operationId": "create",
        "tags": [
          "pods"
        ],
        "summary": "Take a pod on",
        "description": "Answered as soon as the pod is accepted, before its images are there. Anything but 200 makes the pod Failed in\nthe cluster, with the answer's text as its message. The same UID again is the same pod.\nOlder callers send a list; the answer then is a list as well, in the same order, and the first pod that is\nrefused decides the status.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/Session"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "anyOf": [
                  {
                    "$ref": "#/components/schemas/CreateEntry"
                  },
                  {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                      "$ref": "#/components/schemas/CreateEntry"
                    }
                  }
                ]
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The pod is taken on",
            "content": {
              "application/json": {
                "schema": {
                  "anyOf": [
                    {
                      "$ref": "#/components/schemas/CreatedPod"
                    },
                    {
                      "type": "array",
                      "items": {
                        "$ref": "#/components/schemas/CreatedPod"
                      }
                    }
                  ]
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "403": {
            "description": "The pod asks for more than this node allows",
            "content": {
              "text/plain": {
                "schema": {
                  "$ref": "#/components/schemas/ErrorText"
                }
              }
            }
          },
          "410": {
            "description": "The deletion of this UID has come already",
            "content": {
              "text/plain": {
                "schema": {
                  "$ref": "#/components/schemas/ErrorText"
                }
              }
            }
          },
          "413": {
            "description": "The pod, or the request, is too large",
            "content": {
              "text/plain": {
                "schema": {
                  "$ref": "#/components/schemas/ErrorText"
                }
              }
            }
          },
          "422": {
            "description": "The node has not got what the pod asks for",
            "content": {
              "text/plain": {
                "schema": {
                  "$ref": "#/components/schemas/ErrorText"
                }
              }
            }
          },
          "503": {
            "description": "The backend is away",
            "content": {
              "text/plain": {
                "schema": {
                  "$ref": "#/components/schemas/ErrorText"
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Failure"
          }
        }
      }
    },
    "/delete": {
      "post": {
        "operationId": "delete",
        "tags": [
          "pods"
        ],
        "summary": "Stop and remove a pod",
        "description": "Sent once, when the grace period begins; from then on the clean-up is the plugin's.",
        "parameters": [
          {
            "$ref": "#/components/parameters/Session"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/Pod"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The pod is gone, or its deletion is recorded",
            "content": {
              "text/plain": {
                "schema": {
                  "$ref": "#/components/schemas/ErrorText"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "404": {
            "description": "A UID never heard of",
            "content": {
              "text/plain": {
                "schema": {
                  "$ref": "#/components/schemas/ErrorText"
                }
              }
            }
          },
          "default": {
            "$ref": "#/components/responses/Failure"
          }
        }
      }
    }
  },
  "components": {
    "parameters": {
      "Session": {
        "name": "InterLink-Http-Session",
        "in": "header",
        "required": false,
        "description": "The caller's name for this call; it is in every log line of the request.",
        "schema": {
          "type": "string"
        }
      }
    },
    "requestBodies": {
      "Pods": {
        "required": true,
        "content": {
          "application/json": {
            "schema": {
              "type": "array",
              "items": {
                "$ref": "#/components/schemas/Pod"
              }
            }
          }
        }
      },
      "Log": {
        "required": true,
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/LogRequest"
            }
          }
        }
      }
    },
    "responses": {
      "Status": {
        "description": "States of the pods asked for, or the answer to a ping",
        "content": {
          "application/json": {
            "schema": {
              "anyOf": [
                {
                  "type": "array",
                  "items": {
                    "$ref": "#/components/schemas/PodStatus"
                  }
                },
                {
                  "$ref": "#/components/schemas/Ping"
                }
              ]
            }
          }
        }
      },
      "LogStream": {
        "description": "The log, chunk by chunk; empty for a container that has not started",
        "content": {
          "text/plain": {
            "schema": {
              "type": "string"
            }
          }
        }
      },
      "BadRequest": {
        "description": "A wrong request; the text names the field",
        "content": {
          "text/plain": {
            "schema": {
              "$ref": "#/components/schemas/ErrorText"
            }
          }
        }
      },
      "Failure": {
        "description": "Any other failure",
        "content": {
          "text/plain": {
            "schema": {
              "$ref": "#/components/schemas/ErrorText"
            }
          }
        }
      }
    },
    "schemas": {
      "ErrorText": {
        "type": "string",
        "description": "One line for people, shown by `kubectl describe` for a pod that was refused."
      },
      "CreateEntry": {
        "type": "object",
        "required": [
          "pod"
        ],
        "properties": {
          "pod": {
            "$ref": "#/components/schemas/Pod"
          },
          "container": {
            "description": "The objects that the containers use, one entry per init container, then one per container.",
            "type": "array",
            "nullable": true,
            "items": {
              "$ref": "#/components/schemas/ContainerObjects"
            }
          },
          "jobConfig": {
            "description": "Settings for batch systems; not used here.",
            "type": "object",
            "nullable": true
          },
          "jobScript": {
            "description": "Sent by some releases; not used here.",
            "nullable": true,
            "type": "string"
          }
        }
      },
      "ContainerObjects": {
        "type": "object",
        "properties": {
          "name": {
            "description": "The container's name.",
            "type": "string",
            "nullable": true
          },
          "configMaps": {
            "description": "Named by object; the same object comes once for every volume made of it.",
            "type": "array",
            "nullable": true,
            "items": {
              "$ref": "#/components/schemas/ConfigMap"
            }
          },
          "projectedvolumemaps": {
            "description": "Named by VOLUME; the keys of `data` are the paths of files in it.",
            "type": "array",
            "nullable": true,
            "items": {
              "$ref": "#/components/schemas/ConfigMap"
            }
          },
          "secrets": {
            "description": "Named by object; the same object comes once for every volume made of it.",
            "type": "array",
            "nullable": true,
            "items": {
              "$ref": "#/components/schemas/Secret"
            }
          },
          "emptyDirs": {
            "description": "Always null.",
            "nullable": true,
            "type": "array",
            "items": {}
          }
        }
      },
      "ObjectName": {
        "type": "object",
        "required": [
          "name"
        ],
        "properties": {
          "name": {
            "type": "string",
            "minLength": 1
          },
          "namespace": {
            "type": "string",
            "nullable": true
          }
        }
      },
      "ConfigMap": {
        "type": "object",
        "required": [
          "metadata"
        ],
        "properties": {
          "metadata": {
            "$ref": "#/components/schemas/ObjectName"
          },
          "data": {
            "type": "object",
            "nullable": true,
            "additionalProperties": {
              "type": "string",
              "nullable": true
            }
          },
          "binaryData": {
            "description": "Values in base64.",
            "type": "object",
            "nullable": true,
            "additionalProperties": {
              "type": "string",
              "nullable": true
            }
          }
        }
      },
      "Secret": {
        "type": "object",
        "required": [
          "metadata"
        ],
        "properties": {
          "metadata": {
            "$ref": "#/components/schemas/ObjectName"
          },
          "type": {
            "type": "string",
            "nullable": true
          },
          "data": {
            "description": "Values in base64.",
            "type": "object",
            "nullable": true,
            "additionalProperties": {
              "type": "string",
              "nullable": true
            }
          }
        }
      },
      "CreatedPod": {
        "type": "object",
        "required": [
          "PodUID",
          "PodJID"
        ],
        "properties": {
          "PodUID": {
            "type": "string"
          },
          "PodJID": {
            "description": "The plugin's own name for the pod; interLink keeps it as annotation `JobID`.",
            "type": "string"
          }
        }
      },
      "LogRequest": {
        "type": "object",
        "required": [
          "PodUID"
        ],
        "properties": {
          "Namespace": {
            "type": "string",
            "nullable": true
          },
          "PodUID": {
            "type": "string",
            "minLength": 1
          },
          "PodName": {
            "type": "string",
            "nullable": true
          },
          "ContainerName": {
            "description": "Empty means the pod's default container.",
            "type": "string",
            "nullable": true
          },
          "Opts": {
            "$ref": "#/components/schemas/LogOptions"
          }
        }
      },
      "LogOptions": {
        "type": "object",
        "nullable": true,
        "properties": {
          "Tail": {
            "description": "Number of lines from the end; 0 means all.",
            "type": "integer",
            "nullable": true,
            "minimum": 0
          },
          "Bytes": {
            "description": "Bytes after which the log is cut; 0 means no limit.",
            "type": "integer",
            "nullable": true,
            "minimum": 0
          },
          "Timestamps": {
            "type": "boolean",
            "nullable": true
          },
          "Follow": {
            "type": "boolean",
            "nullable": true
          },
          "Previous": {
            "type": "boolean",
            "nullable": true
          },
          "SinceSeconds": {
            "description": "0 means from the beginning.",
            "type": "integer",
            "nullable": true,
            "minimum": 0
          },
          "SinceTime": {
            "description": "RFC 3339; a time in the year 1 means from the beginning.",
            "type": "string",
            "nullable": true
          }
        }
      },
      "PodStatus": {
        "type": "object",
        "required": [
          "name",
          "UID",
          "namespace",
          "JID",
          "containers",
          "initContainers"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "UID": {
            "type": "string"
          },
          "namespace": {
            "type": "string"
          },
          "JID": {
            "type": "string"
          },
          "containers": {
            "description": "Every container of the spec, every time.",
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/ContainerStatus"
            }
          },
          "initContainers": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/ContainerStatus"
            }
          }
        }
      },
      "ContainerStatus": {
        "description": "v1.ContainerStatus",
        "type": "object",
        "required": [
          "name",
          "state",
          "lastState",
          "ready",
          "restartCount",
          "image",
          "imageID"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "image": {
            "type": "string"
          },
          "imageID": {
            "type": "string"
          },
          "containerID": {
            "type": "string"
          },
          "ready": {
            "type": "boolean"
          },
          "started": {
            "type": "boolean",
            "nullable": true
          },
          "restartCount": {
            "type": "integer",
            "minimum": 0
          },
          "state": {
            "$ref": "#/components/schemas/ContainerState"
          },
          "lastState": {
            "$ref": "#/components/schemas/ContainerState"
          }
        }
      },
      "ContainerState": {
        "description": "v1.ContainerState; at most one of the three.",
        "type": "object",
        "maxProperties": 1,
        "properties": {
          "waiting": {
            "type": "object",
            "properties": {
              "reason": {
                "type": "string"
              },
              "message": {
                "type": "string"
              }
            }
          },
          "running": {
            "type": "object",
            "properties": {
              "startedAt": {
                "$ref": "#/components/schemas/Time"
              }
            }
          },
          "terminated": {
            "type": "object",
            "required": [
              "exitCode"
            ],
            "properties": {
              "exitCode": {
                "type": "integer"
              },
              "signal": {
                "type": "integer"
              },
              "reason": {
                "type": "string"
              },
              "message": {
                "type": "string"
              },
              "startedAt": {
                "$ref": "#/components/schemas/Time"
              },
              "finishedAt": {
                "$ref": "#/components/schemas/Time"
              },
              "containerID": {
                "type": "string"
              }
            }
          }
        }
      },
      "Time": {
        "description": "RFC 3339",
        "type": "string",
        "nullable": true
      },
      "Ping": {
        "type": "object",
        "required": [
          "status"
        ],
        "properties": {
          "status": {
            "type": "string"
          },
          "resources": {
            "description": "The virtual node's capacity; quantities as Kubernetes writes them. Where one is the empty string, the cluster keeps what it has.",
            "type": "object",
            "required": [
              "cpu",
              "memory",
              "pods",
              "accelerators"
            ],
            "properties": {
              "cpu": {
                "type": "string"
              },
              "memory": {
                "type": "string"
              },
              "pods": {
                "type": "string"
              },
              "accelerators": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": [
                    "resourceType",
                    "available"
                  ],
                  "properties": {
                    "resourceType": {
                      "type": "string"
                    },
                    "available": {
                      "type": "string"
                    }
                  }
                }
              }
            }
          },
          "taints": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "key",
                "value",
                "effect"
              ],
              "properties": {
                "key": {
                  "type": "string"
                },
                "value": {
                  "type": "string"
                },
                "effect": {
                  "type": "string"
                }
              }
            }
          }
        }
      },
      "Pod": {
        "description": "A v1.Pod without kind and apiVersion. Described are the fields that are read here; all others pass.\nNames go into the names of containers, so they are held to Kubernetes' own rules for them.\n",
        "type": "object",
        "required": [
          "metadata",
          "spec"
        ],
        "properties": {
          "metadata": {
            "$ref": "#/components/schemas/PodMetadata"
          },
          "spec": {
            "$ref": "#/components/schemas/PodSpec"
          },
          "status": {
            "type": "object",
            "nullable": true,
            "properties": {
              "phase": {
                "type": "string",
                "nullable": true
              }
            }
          }
        }
      },
      "PodMetadata": {
        "type": "object",
        "required": [
          "name",
          "namespace",
          "uid"
        ],
        "properties": {
          "name": {
            "description": "A DNS subdomain of at most 253 characters.",
            "type": "string",
            "minLength": 1
          },
          "namespace": {
            "description": "A DNS label.",
            "type": "string",
            "minLength": 1
          },
          "uid": {
            "description": "Letters, digits and hyphens, at most 64.",
            "type": "string",
            "minLength": 1
          },
          "labels": {
            "$ref": "#/components/schemas/StringMap"
          },
          "annotations": {
            "$ref": "#/components/schemas/StringMap"
          },
          "creationTimestamp": {
            "type": "string",
            "nullable": true
          },
          "deletionTimestamp": {
            "type": "string",
            "nullable": true
          },
          "deletionGracePeriodSeconds": {
            "type": "integer",
            "nullable": true
          }
        }
      },
      "StringMap": {
        "type": "object",
        "nullable": true,
        "additionalProperties": {
          "type": "string"
        }
      },
      "Strings": {
        "type": "array",
        "nullable": true,
        "items": {
          "type": "string"
        }
      },
      "Open": {
        "description": "An object whose fields are not described here.",
        "type": "object",
        "nullable": true
      },
      "PodSpec": {
        "type": "object",
        "required": [
          "containers"
        ],
        "properties": {
          "containers": {
            "description": "Names are DNS labels, unique among containers and init containers.",
            "type": "array",
            "minItems": 1,
            "items": {
              "$ref": "#/components/schemas/Container"
            }
          },
          "initContainers": {
            "type": "array",
            "nullable": true,
            "items": {
              "$ref": "#/components/schemas/Container"
            }
          },
          "ephemeralContainers": {
            "type": "array",
            "nullable": true,
            "items": {
              "$ref": "#/components/schemas/Container"
            }
          },
          "volumes": {
            "type": "array",
            "nullable": true,
            "items": {
              "$ref": "#/components/schemas/Volume"
            }
          },
          "restartPolicy": {
            "type": "string",
            "nullable": true,
            "enum": [
              "Always",
              "OnFailure",
              "Never",
              null
            ]
          },
          "terminationGracePeriodSeconds": {
            "type": "integer",
            "nullable": true
          },
          "activeDeadlineSeconds": {
            "type": "integer",
            "nullable": true
          },
          "hostname": {
            "type": "string",
            "nullable": true
          },
          "subdomain": {
            "type": "string",
            "nullable": true
          },
          "setHostnameAsFQDN": {
            "type": "boolean",
            "nullable": true
          },
          "hostNetwork": {
            "type": "boolean",
            "nullable": true
          },
          "hostPID": {
            "type": "boolean",
            "nullable": true
          },
          "hostIPC": {
            "type": "boolean",
            "nullable": true
          },
          "hostUsers": {
            "type": "boolean",
            "nullable": true
          },
          "shareProcessNamespace": {
            "type": "boolean",
            "nullable": true
          },
          "hostAliases": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object",
              "properties": {
                "ip": {
                  "type": "string"
                },
                "hostnames": {
                  "$ref": "#/components/schemas/Strings"
                }
              }
            }
          },
          "dnsPolicy": {
            "type": "string",
            "nullable": true
          },
          "dnsConfig": {
            "type": "object",
            "nullable": true,
            "properties": {
              "nameservers": {
                "$ref": "#/components/schemas/Strings"
              },
              "searches": {
                "$ref": "#/components/schemas/Strings"
              },
              "options": {
                "type": "array",
                "nullable": true,
                "items": {
                  "type": "object",
                  "properties": {
                    "name": {
                      "type": "string",
                      "nullable": true
                    },
                    "value": {
                      "type": "string",
                      "nullable": true
                    }
                  }
                }
              }
            }
          },
          "imagePullSecrets": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string",
                  "nullable": true
                }
              }
            }
          },
          "runtimeClassName": {
            "type": "string",
            "nullable": true
          },
          "nodeSelector": {
            "$ref": "#/components/schemas/StringMap"
          },
          "resources": {
            "$ref": "#/components/schemas/Resources"
          },
          "overhead": {
            "$ref": "#/components/schemas/StringMap"
          },
          "os": {
            "type": "object",
            "nullable": true,
            "properties": {
              "name": {
                "type": "string",
                "nullable": true
              }
            }
          },
          "securityContext": {
            "$ref": "#/components/schemas/PodSecurityContext"
          }
        }
      },
      "Container": {
        "type": "object",
        "required": [
          "name",
          "image"
        ],
        "properties": {
          "name": {
            "type": "string",
            "minLength": 1
          },
          "image": {
            "type": "string",
            "minLength": 1
          },
          "imagePullPolicy": {
            "type": "string",
            "nullable": true,
            "enum": [
              "Always",
              "IfNotPresent",
              "Never",
              null
            ]
          },
          "command": {
            "$ref": "#/components/schemas/Strings"
          },
          "args": {
            "$ref": "#/components/schemas/Strings"
          },
          "workingDir": {
            "type": "string",
            "nullable": true
          },
          "env": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "type": "string",
                  "minLength": 1
                },
                "value": {
                  "type": "string",
                  "nullable": true
                },
                "valueFrom": {
                  "$ref": "#/components/schemas/ValueFrom"
                }
              }
            }
          },
          "envFrom": {
            "description": "Absent where interLink has resolved it, as it does.",
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object",
              "properties": {
                "prefix": {
                  "type": "string",
                  "nullable": true
                },
                "configMapRef": {
                  "$ref": "#/components/schemas/ObjectReference"
                },
                "secretRef": {
                  "$ref": "#/components/schemas/ObjectReference"
                }
              }
            }
          },
          "ports": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object",
              "required": [
                "containerPort"
              ],
              "properties": {
                "name": {
                  "type": "string",
                  "nullable": true
                },
                "containerPort": {
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 65535
                },
                "hostPort": {
                  "type": "integer",
                  "nullable": true,
                  "minimum": 0,
                  "maximum": 65535
                },
                "hostIP": {
                  "type": "string",
                  "nullable": true
                },
                "protocol": {
                  "type": "string",
                  "nullable": true
                }
              }
            }
          },
          "resources": {
            "$ref": "#/components/schemas/Resources"
          },
          "volumeMounts": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object",
              "required": [
                "name",
                "mountPath"
              ],
              "properties": {
                "name": {
                  "type": "string",
                  "minLength": 1
                },
                "mountPath": {
                  "type": "string",
                  "minLength": 1
                },
                "subPath": {
                  "type": "string",
                  "nullable": true
                },
                "subPathExpr": {
                  "type": "string",
                  "nullable": true
                },
                "readOnly": {
                  "type": "boolean",
                  "nullable": true
                },
                "recursiveReadOnly": {
                  "type": "string",
                  "nullable": true
                },
                "mountPropagation": {
                  "type": "string",
                  "nullable": true
                }
              }
            }
          },
          "volumeDevices": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object"
            }
          },
          "stdin": {
            "type": "boolean",
            "nullable": true
          },
          "stdinOnce": {
            "type": "boolean",
            "nullable": true
          },
          "tty": {
            "type": "boolean",
            "nullable": true
          },
          "restartPolicy": {
            "type": "string",
            "nullable": true
          },
          "terminationMessagePath": {
            "type": "string",
            "nullable": true
          },
          "terminationMessagePolicy": {
            "type": "string",
            "nullable": true
          },
          "livenessProbe": {
            "$ref": "#/components/schemas/Probe"
          },
          "readinessProbe": {
            "$ref": "#/components/schemas/Probe"
          },
          "startupProbe": {
            "$ref": "#/components/schemas/Probe"
          },
          "lifecycle": {
            "type": "object",
            "nullable": true,
            "properties": {
              "postStart": {
                "$ref": "#/components/schemas/Handler"
              },
              "preStop": {
                "$ref": "#/components/schemas/Handler"
              },
              "stopSignal": {
                "type": "string",
                "nullable": true
              }
            }
          },
          "securityContext": {
            "$ref": "#/components/schemas/SecurityContext"
          }
        }
      },
      "Resources": {
        "type": "object",
        "nullable": true,
        "properties": {
          "limits": {
            "$ref": "#/components/schemas/StringMap"
          },
          "requests": {
            "$ref": "#/components/schemas/StringMap"
          },
          "claims": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object"
            }
          }
        }
      },
      "ValueFrom": {
        "description": "A reference that neither the virtual kubelet nor interLink has resolved.",
        "type": "object",
        "nullable": true,
        "properties": {
          "configMapKeyRef": {
            "$ref": "#/components/schemas/KeyReference"
          },
          "secretKeyRef": {
            "$ref": "#/components/schemas/KeyReference"
          },
          "fieldRef": {
            "$ref": "#/components/schemas/FieldReference"
          },
          "resourceFieldRef": {
            "$ref": "#/components/schemas/ResourceReference"
          }
        }
      },
      "ObjectReference": {
        "type": "object",
        "nullable": true,
        "properties": {
          "name": {
            "type": "string",
            "nullable": true
          },
          "optional": {
            "type": "boolean",
            "nullable": true
          }
        }
      },
      "KeyReference": {
        "type": "object",
        "nullable": true,
        "required": [
          "key"
        ],
        "properties": {
          "name": {
            "type": "string",
            "nullable": true
          },
          "key": {
            "type": "string"
          },
          "optional": {
            "type": "boolean",
            "nullable": true
          }
        }
      },
      "FieldReference": {
        "type": "object",
        "nullable": true,
        "required": [
          "fieldPath"
        ],
        "properties": {
          "apiVersion": {
            "type": "string",
            "nullable": true
          },
          "fieldPath": {
            "type": "string"
          }
        }
      },
      "ResourceReference": {
        "type": "object",
        "nullable": true,
        "required": [
          "resource"
        ],
        "properties": {
          "containerName": {
            "type": "string",
            "nullable": true
          },
          "resource": {
            "type": "string"
          },
          "divisor": {
            "type": "string",
            "nullable": true
          }
        }
      },
      "Handler": {
        "description": "What a hook does.",
        "type": "object",
        "nullable": true,
        "properties": {
          "exec": {
            "$ref": "#/components/schemas/ExecAction"
          },
          "httpGet": {
            "$ref": "#/components/schemas/HttpGetAction"
          },
          "tcpSocket": {
            "$ref": "#/components/schemas/TcpSocketAction"
          },
          "sleep": {
            "type": "object",
            "nullable": true,
            "properties": {
              "seconds": {
                "type": "integer",
                "nullable": true
              }
            }
          }
        }
      },
      "Probe": {
        "type": "object",
        "nullable": true,
        "properties": {
          "exec": {
            "$ref": "#/components/schemas/ExecAction"
          },
          "httpGet": {
            "$ref": "#/components/schemas/HttpGetAction"
          },
          "tcpSocket": {
            "$ref": "#/components/schemas/TcpSocketAction"
          },
          "grpc": {
            "type": "object",
            "nullable": true,
            "properties": {
              "port": {
                "type": "integer"
              },
              "service": {
                "type": "string",
                "nullable": true
              }
            }
          },
          "initialDelaySeconds": {
            "type": "integer",
            "nullable": true
          },
          "timeoutSeconds": {
            "type": "integer",
            "nullable": true
          },
          "periodSeconds": {
            "type": "integer",
            "nullable": true
          },
          "successThreshold": {
            "type": "integer",
            "nullable": true
          },
          "failureThreshold": {
            "type": "integer",
            "nullable": true
          },
          "terminationGracePeriodSeconds": {
            "type": "integer",
            "nullable": true
          }
        }
      },
      "ExecAction": {
        "type": "object",
        "nullable": true,
        "properties": {
          "command": {
            "$ref": "#/components/schemas/Strings"
          }
        }
      },
      "HttpGetAction": {
        "description": "The port is a number or the name of one.",
        "type": "object",
        "nullable": true,
        "properties": {
          "path": {
            "type": "string",
            "nullable": true
          },
          "host": {
            "type": "string",
            "nullable": true
          },
          "scheme": {
            "type": "string",
            "nullable": true
          },
          "httpHeaders": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "type": "string"
                },
                "value": {
                  "type": "string",
                  "nullable": true
                }
              }
            }
          }
        }
      },
      "TcpSocketAction": {
        "description": "The port is a number or the name of one.",
        "type": "object",
        "nullable": true,
        "properties": {
          "host": {
            "type": "string",
            "nullable": true
          }
        }
      },
      "PodSecurityContext": {
        "type": "object",
        "nullable": true,
        "properties": {
          "runAsUser": {
            "type": "integer",
            "nullable": true
          },
          "runAsGroup": {
            "type": "integer",
            "nullable": true
          },
          "runAsNonRoot": {
            "type": "boolean",
            "nullable": true
          },
          "fsGroup": {
            "type": "integer",
            "nullable": true
          },
          "fsGroupChangePolicy": {
            "type": "string",
            "nullable": true
          },
          "supplementalGroups": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "integer"
            }
          },
          "sysctls": {
            "type": "array",
            "nullable": true,
            "items": {
              "type": "object",
              "required": [
                "name",
                "value"
              ],
              "properties": {
                "name": {
                  "type": "string"
                },
                "value": {
                  "type": "string"
                }
              }
            }
          },
          "seccompProfile": {
            "$ref": "#/components/schemas/Profile"
          },
          "appArmorProfile": {
            "$ref": "#/components/schemas/Profile"
          },
          "seLinuxOptions": {
            "$ref": "#/components/schemas/StringMap"
          },
          "windowsOptions": {
            "$ref": "#/components/schemas/Open"
          }
        }
      },
      "SecurityContext": {
        "type": "object",
        "nullable": true,
        "properties": {
          "runAsUser": {
            "type": "integer",
            "nullable": true
          },
          "runAsGroup": {
            "type": "integer",
            "nullable": true
          },
          "runAsNonRoot": {
            "type": "boolean",
            "nullable": true
          },
          "privileged": {
            "type": "boolean",
            "nullable": true
          },
          "allowPrivilegeEscalation": {
            "type": "boolean",
            "nullable": true
          },
          "readOnlyRootFilesystem": {
            "type": "boolean",
            "nullable": true
          },
          "procMount": {
            "type": "string",
            "nullable": true
          },
          "capabilities": {
            "type": "object",
            "nullable": true,
            "properties": {
              "add": {
                "$ref": "#/components/schemas/Strings"
              },
              "drop": {
                "$ref": "#/components/schemas/Strings"
              }
            }
          },
          "seccompProfile": {
            "$ref": "#/components/schemas/Profile"
          },
          "appArmorProfile": {
            "$ref": "#/components/schemas/Profile"
          },
          "seLinuxOptions": {
            "$ref": "#/components/schemas/StringMap"
          },
          "windowsOptions": {
            "$ref": "#/components/schemas/Open"
          }
        }
      },
      "Profile": {
        "type": "object",
        "nullable": true,
        "properties": {
          "type": {
            "type": "string",
            "nullable": true
          },
          "localhostProfile": {
            "type": "string",
            "nullable": true
          }
        }
      },
      "KeysToPaths": {
        "type": "array",
        "nullable": true,
        "items": {
          "type": "object",
          "required": [
            "key",
            "path"
          ],
          "properties": {
            "key": {
              "type": "string",
              "minLength": 1
            },
            "path": {
              "type": "string",
              "minLength": 1
            },
            "mode": {
              "$ref": "#/components/schemas/FileMode"
            }
          }
        }
      },
      "FileMode": {
        "type": "integer",
        "nullable": true,
        "minimum": 0,
        "maximum": 511
      },
      "DownwardItems": {
        "type": "array",
        "nullable": true,
        "items": {
          "type": "object",
          "required": [
            "path"
          ],
          "properties": {
            "path": {
              "type": "string",
              "minLength": 1
            },
            "mode": {
              "$ref": "#/components/schemas/FileMode"
            },
            "fieldRef": {
              "$ref": "#/components/schemas/FieldReference"
            },
            "resourceFieldRef": {
              "$ref": "#/components/schemas/ResourceReference"
            }
          }
        }
      },
      "Volume": {
        "type": "object",
        "required": [
          "name"
        ],
        "properties": {
          "name": {
            "type": "string",
            "minLength": 1
          },
          "emptyDir": {
            "type": "object",
            "nullable": true,
            "properties": {
              "medium": {
                "type": "string",
                "nullable": true
              },
              "sizeLimit": {
                "type": "string",
                "nullable": true
              }
            }
          },
          "configMap": {
            "type": "object",
            "nullable": true,
            "properties": {
              "name": {
                "type": "string",
                "nullable": true
              },
              "items": {
                "$ref": "#/components/schemas/KeysToPaths"
              },
              "defaultMode": {
                "$ref": "#/components/schemas/FileMode"
              },
              "optional": {
                "type": "boolean",
                "nullable": true
              }
            }
          },
          "secret": {
            "type": "object",
            "nullable": true,
            "properties": {
              "secretName": {
                "type": "string",
                "nullable": true
              },
              "items": {
                "$ref": "#/components/schemas/KeysToPaths"
              },
              "defaultMode": {
                "$ref": "#/components/schemas/FileMode"
              },
              "optional": {
                "type": "boolean",
                "nullable": true
              }
            }
          },
          "downwardAPI": {
            "type": "object",
            "nullable": true,
            "properties": {
              "items": {
                "$ref": "#/components/schemas/DownwardItems"
              },
              "defaultMode": {
                "$ref": "#/components/schemas/FileMode"
              }
            }
          },
          "projected": {
            "type": "object",
            "nullable": true,
            "properties": {
              "defaultMode": {
                "$ref": "#/components/schemas/FileMode"
              },
              "sources": {
                "type": "array",
                "nullable": true,
                "items": {
                  "type": "object",
                  "properties": {
                    "configMap": {
                      "type": "object",
                      "nullable": true,
                      "properties": {
                        "name": {
                          "type": "string",
                          "nullable": true
                        },
                        "items": {
                          "$ref": "#/components/schemas/KeysToPaths"
                        },
                        "optional": {
                          "type": "boolean",
                          "nullable": true
                        }
                      }
                    },
                    "secret": {
                      "type": "object",
                      "nullable": true,
                      "properties": {
                        "name": {
                          "type": "string",
                          "nullable": true
                        },
                        "items": {
                          "$ref": "#/components/schemas/KeysToPaths"
                        },
                        "optional": {
                          "type": "boolean",
                          "nullable": true
                        }
                      }
                    },
                    "downwardAPI": {
                      "type": "object",
                      "nullable": true,
                      "properties": {
                        "items": {
                          "$ref": "#/components/schemas/DownwardItems"
                        }
                      }
                    },
                    "serviceAccountToken": {
                      "type": "object",
                      "nullable": true,
                      "required": [
                        "path"
                      ],
                      "properties": {
                        "path": {
                          "type": "string",
                          "minLength": 1
                        },
                        "audience": {
                          "type": "string",
                          "nullable": true
                        },
                        "expirationSeconds": {
                          "type": "integer",
                          "nullable": true
                        }
                      }
                    }
                  }
                }
              }
            }
          },
          "hostPath": {
            "type": "object",
            "nullable": true,
            "required": [
              "path"
            ],
            "properties": {
              "path": {
                "type": "string"
              },
              "type": {
                "type": "string",
                "nullable": true
              }
            }
          },
          "persistentVolumeClaim": {
            "type": "object",
            "nullable": true,
            "required": [
              "claimName"
            ],
            "properties": {
              "claimName": {
                "type": "string"
              },
              "readOnly": {
                "type": "boolean",
                "nullable": true
              }
            }
          }
        }
      }
    }
  }
} as const;
