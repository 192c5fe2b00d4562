// Generated from api-spec/interlink-plugin.yaml by `npm run generate`. Change that file, not this one.

export interface paths {
    readonly "/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * State of some pods, or a ping
         * @description With pods in the list: their containers' states. A pod that this plugin cannot speak for is left out.
         *     With an empty list: a ping, answered with the node's capacity.
         */
        readonly get: operations["getStatus"];
        readonly put?: never;
        /** The same as GET /status */
        readonly post: operations["postStatus"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/getLogs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * A container's log, as a stream
         * @description With `Follow` the stream lasts until the container has ended. A stream that breaks off without its last chunk
         *     has failed; one that ends well is complete.
         */
        readonly get: operations["getLogs"];
        readonly put?: never;
        /** The same as GET /getLogs */
        readonly post: operations["postLogs"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/create": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Take a pod on
         * @description Answered as soon as the pod is accepted, before its images are there. Anything but 200 makes the pod Failed in
         *     the cluster, with the answer's text as its message. The same UID again is the same pod.
         *     Older callers send a list; the answer then is a list as well, in the same order, and the first pod that is
         *     refused decides the status.
         */
        readonly post: operations["create"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/delete": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Stop and remove a pod
         * @description Sent once, when the grace period begins; from then on the clean-up is the plugin's.
         */
        readonly post: operations["delete"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One line for people, shown by `kubectl describe` for a pod that was refused. */
        readonly ErrorText: string;
        readonly CreateEntry: {
            readonly pod: components["schemas"]["Pod"];
            /** @description The objects that the containers use, one entry per init container, then one per container. */
            readonly container?: readonly components["schemas"]["ContainerObjects"][] | null;
            /** @description Settings for batch systems; not used here. */
            readonly jobConfig?: Record<string, never> | null;
            /** @description Sent by some releases; not used here. */
            readonly jobScript?: string | null;
        };
        readonly ContainerObjects: {
            /** @description The container's name. */
            readonly name?: string | null;
            /** @description Named by object; the same object comes once for every volume made of it. */
            readonly configMaps?: readonly components["schemas"]["ConfigMap"][] | null;
            /** @description Named by VOLUME; the keys of `data` are the paths of files in it. */
            readonly projectedvolumemaps?: readonly components["schemas"]["ConfigMap"][] | null;
            /** @description Named by object; the same object comes once for every volume made of it. */
            readonly secrets?: readonly components["schemas"]["Secret"][] | null;
            /** @description Always null. */
            readonly emptyDirs?: readonly unknown[] | null;
        };
        readonly ObjectName: {
            readonly name: string;
            readonly namespace?: string | null;
        };
        readonly ConfigMap: {
            readonly metadata: components["schemas"]["ObjectName"];
            readonly data?: {
                readonly [key: string]: string | null;
            } | null;
            /** @description Values in base64. */
            readonly binaryData?: {
                readonly [key: string]: string | null;
            } | null;
        };
        readonly Secret: {
            readonly metadata: components["schemas"]["ObjectName"];
            readonly type?: string | null;
            /** @description Values in base64. */
            readonly data?: {
                readonly [key: string]: string | null;
            } | null;
        };
        readonly CreatedPod: {
            readonly PodUID: string;
            /** @description The plugin's own name for the pod; interLink keeps it as annotation `JobID`. */
            readonly PodJID: string;
        };
        readonly LogRequest: {
            readonly Namespace?: string | null;
            readonly PodUID: string;
            readonly PodName?: string | null;
            /** @description Empty means the pod's default container. */
            readonly ContainerName?: string | null;
            readonly Opts?: components["schemas"]["LogOptions"];
        };
        readonly LogOptions: {
            /** @description Number of lines from the end; 0 means all. */
            readonly Tail?: number | null;
            /** @description Bytes after which the log is cut; 0 means no limit. */
            readonly Bytes?: number | null;
            readonly Timestamps?: boolean | null;
            readonly Follow?: boolean | null;
            readonly Previous?: boolean | null;
            /** @description 0 means from the beginning. */
            readonly SinceSeconds?: number | null;
            /** @description RFC 3339; a time in the year 1 means from the beginning. */
            readonly SinceTime?: string | null;
        } | null;
        readonly PodStatus: {
            readonly name: string;
            readonly UID: string;
            readonly namespace: string;
            readonly JID: string;
            /** @description Every container of the spec, every time. */
            readonly containers: readonly components["schemas"]["ContainerStatus"][];
            readonly initContainers: readonly components["schemas"]["ContainerStatus"][];
        };
        /** @description v1.ContainerStatus */
        readonly ContainerStatus: {
            readonly name: string;
            readonly image: string;
            readonly imageID: string;
            readonly containerID?: string;
            readonly ready: boolean;
            readonly started?: boolean | null;
            readonly restartCount: number;
            readonly state: components["schemas"]["ContainerState"];
            readonly lastState: components["schemas"]["ContainerState"];
        };
        /** @description v1.ContainerState; at most one of the three. */
        readonly ContainerState: {
            readonly waiting?: {
                readonly reason?: string;
                readonly message?: string;
            };
            readonly running?: {
                readonly startedAt?: components["schemas"]["Time"];
            };
            readonly terminated?: {
                readonly exitCode: number;
                readonly signal?: number;
                readonly reason?: string;
                readonly message?: string;
                readonly startedAt?: components["schemas"]["Time"];
                readonly finishedAt?: components["schemas"]["Time"];
                readonly containerID?: string;
            };
        };
        /** @description RFC 3339 */
        readonly Time: string | null;
        readonly Ping: {
            readonly status: string;
            /** @description The virtual node's capacity; quantities as Kubernetes writes them. Where one is the empty string, the cluster keeps what it has. */
            readonly resources?: {
                readonly cpu: string;
                readonly memory: string;
                readonly pods: string;
                readonly accelerators: readonly {
                    readonly resourceType: string;
                    readonly available: string;
                }[];
            };
            readonly taints?: readonly {
                readonly key: string;
                readonly value: string;
                readonly effect: string;
            }[];
        };
        /**
         * @description A v1.Pod without kind and apiVersion. Described are the fields that are read here; all others pass.
         *     Names go into the names of containers, so they are held to Kubernetes' own rules for them.
         */
        readonly Pod: {
            readonly metadata: components["schemas"]["PodMetadata"];
            readonly spec: components["schemas"]["PodSpec"];
            readonly status?: {
                readonly phase?: string | null;
            } | null;
        };
        readonly PodMetadata: {
            /** @description A DNS subdomain of at most 253 characters. */
            readonly name: string;
            /** @description A DNS label. */
            readonly namespace: string;
            /** @description Letters, digits and hyphens, at most 64. */
            readonly uid: string;
            readonly labels?: components["schemas"]["StringMap"];
            readonly annotations?: components["schemas"]["StringMap"];
            readonly creationTimestamp?: string | null;
            readonly deletionTimestamp?: string | null;
            readonly deletionGracePeriodSeconds?: number | null;
        };
        readonly StringMap: {
            readonly [key: string]: string;
        } | null;
        readonly Strings: readonly string[] | null;
        /** @description An object whose fields are not described here. */
        readonly Open: Record<string, never> | null;
        readonly PodSpec: {
            /** @description Names are DNS labels, unique among containers and init containers. */
            readonly containers: readonly components["schemas"]["Container"][];
            readonly initContainers?: readonly components["schemas"]["Container"][] | null;
            readonly ephemeralContainers?: readonly components["schemas"]["Container"][] | null;
            readonly volumes?: readonly components["schemas"]["Volume"][] | null;
            /** @enum {string|null} */
            readonly restartPolicy?: "Always" | "OnFailure" | "Never" | null;
            readonly terminationGracePeriodSeconds?: number | null;
            readonly activeDeadlineSeconds?: number | null;
            readonly hostname?: string | null;
            readonly subdomain?: string | null;
            readonly setHostnameAsFQDN?: boolean | null;
            readonly hostNetwork?: boolean | null;
            readonly hostPID?: boolean | null;
            readonly hostIPC?: boolean | null;
            readonly hostUsers?: boolean | null;
            readonly shareProcessNamespace?: boolean | null;
            readonly hostAliases?: readonly {
                readonly ip?: string;
                readonly hostnames?: components["schemas"]["Strings"];
            }[] | null;
            readonly dnsPolicy?: string | null;
            readonly dnsConfig?: {
                readonly nameservers?: components["schemas"]["Strings"];
                readonly searches?: components["schemas"]["Strings"];
                readonly options?: readonly {
                    readonly name?: string | null;
                    readonly value?: string | null;
                }[] | null;
            } | null;
            readonly imagePullSecrets?: readonly {
                readonly name?: string | null;
            }[] | null;
            readonly runtimeClassName?: string | null;
            readonly nodeSelector?: components["schemas"]["StringMap"];
            readonly resources?: components["schemas"]["Resources"];
            readonly overhead?: components["schemas"]["StringMap"];
            readonly os?: {
                readonly name?: string | null;
            } | null;
            readonly securityContext?: components["schemas"]["PodSecurityContext"];
        };
        readonly Container: {
            readonly name: string;
            readonly image: string;
            /** @enum {string|null} */
            readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never" | null;
            readonly command?: components["schemas"]["Strings"];
            readonly args?: components["schemas"]["Strings"];
            readonly workingDir?: string | null;
            readonly env?: readonly {
                readonly name: string;
                readonly value?: string | null;
                readonly valueFrom?: components["schemas"]["ValueFrom"];
            }[] | null;
            /** @description Absent where interLink has resolved it, as it does. */
            readonly envFrom?: readonly {
                readonly prefix?: string | null;
                readonly configMapRef?: components["schemas"]["ObjectReference"];
                readonly secretRef?: components["schemas"]["ObjectReference"];
            }[] | null;
            readonly ports?: readonly {
                readonly name?: string | null;
                readonly containerPort: number;
                readonly hostPort?: number | null;
                readonly hostIP?: string | null;
                readonly protocol?: string | null;
            }[] | null;
            readonly resources?: components["schemas"]["Resources"];
            readonly volumeMounts?: readonly {
                readonly name: string;
                readonly mountPath: string;
                readonly subPath?: string | null;
                readonly subPathExpr?: string | null;
                readonly readOnly?: boolean | null;
                readonly recursiveReadOnly?: string | null;
                readonly mountPropagation?: string | null;
            }[] | null;
            readonly volumeDevices?: readonly Record<string, never>[] | null;
            readonly stdin?: boolean | null;
            readonly stdinOnce?: boolean | null;
            readonly tty?: boolean | null;
            readonly restartPolicy?: string | null;
            readonly terminationMessagePath?: string | null;
            readonly terminationMessagePolicy?: string | null;
            readonly livenessProbe?: components["schemas"]["Probe"];
            readonly readinessProbe?: components["schemas"]["Probe"];
            readonly startupProbe?: components["schemas"]["Probe"];
            readonly lifecycle?: {
                readonly postStart?: components["schemas"]["Handler"];
                readonly preStop?: components["schemas"]["Handler"];
                readonly stopSignal?: string | null;
            } | null;
            readonly securityContext?: components["schemas"]["SecurityContext"];
        };
        readonly Resources: {
            readonly limits?: components["schemas"]["StringMap"];
            readonly requests?: components["schemas"]["StringMap"];
            readonly claims?: readonly Record<string, never>[] | null;
        } | null;
        /** @description A reference that neither the virtual kubelet nor interLink has resolved. */
        readonly ValueFrom: {
            readonly configMapKeyRef?: components["schemas"]["KeyReference"];
            readonly secretKeyRef?: components["schemas"]["KeyReference"];
            readonly fieldRef?: components["schemas"]["FieldReference"];
            readonly resourceFieldRef?: components["schemas"]["ResourceReference"];
        } | null;
        readonly ObjectReference: {
            readonly name?: string | null;
            readonly optional?: boolean | null;
        } | null;
        readonly KeyReference: {
            readonly name?: string | null;
            readonly key: string;
            readonly optional?: boolean | null;
        } | null;
        readonly FieldReference: {
            readonly apiVersion?: string | null;
            readonly fieldPath: string;
        } | null;
        readonly ResourceReference: {
            readonly containerName?: string | null;
            readonly resource: string;
            readonly divisor?: string | null;
        } | null;
        /** @description What a hook does. */
        readonly Handler: {
            readonly exec?: components["schemas"]["ExecAction"];
            readonly httpGet?: components["schemas"]["HttpGetAction"];
            readonly tcpSocket?: components["schemas"]["TcpSocketAction"];
            readonly sleep?: {
                readonly seconds?: number | null;
            } | null;
        } | null;
        readonly Probe: {
            readonly exec?: components["schemas"]["ExecAction"];
            readonly httpGet?: components["schemas"]["HttpGetAction"];
            readonly tcpSocket?: components["schemas"]["TcpSocketAction"];
            readonly grpc?: {
                readonly port?: number;
                readonly service?: string | null;
            } | null;
            readonly initialDelaySeconds?: number | null;
            readonly timeoutSeconds?: number | null;
            readonly periodSeconds?: number | null;
            readonly successThreshold?: number | null;
            readonly failureThreshold?: number | null;
            readonly terminationGracePeriodSeconds?: number | null;
        } | null;
        readonly ExecAction: {
            readonly command?: components["schemas"]["Strings"];
        } | null;
        /** @description The port is a number or the name of one. */
        readonly HttpGetAction: {
            readonly path?: string | null;
            readonly host?: string | null;
            readonly scheme?: string | null;
            readonly httpHeaders?: readonly {
                readonly name: string;
                readonly value?: string | null;
            }[] | null;
        } | null;
        /** @description The port is a number or the name of one. */
        readonly TcpSocketAction: {
            readonly host?: string | null;
        } | null;
        readonly PodSecurityContext: {
            readonly runAsUser?: number | null;
            readonly runAsGroup?: number | null;
            readonly runAsNonRoot?: boolean | null;
            readonly fsGroup?: number | null;
            readonly fsGroupChangePolicy?: string | null;
            readonly supplementalGroups?: readonly number[] | null;
            readonly sysctls?: readonly {
                readonly name: string;
                readonly value: string;
            }[] | null;
            readonly seccompProfile?: components["schemas"]["Profile"];
            readonly appArmorProfile?: components["schemas"]["Profile"];
            readonly seLinuxOptions?: components["schemas"]["StringMap"];
            readonly windowsOptions?: components["schemas"]["Open"];
        } | null;
        readonly SecurityContext: {
            readonly runAsUser?: number | null;
            readonly runAsGroup?: number | null;
            readonly runAsNonRoot?: boolean | null;
            readonly privileged?: boolean | null;
            readonly allowPrivilegeEscalation?: boolean | null;
            readonly readOnlyRootFilesystem?: boolean | null;
            readonly procMount?: string | null;
            readonly capabilities?: {
                readonly add?: components["schemas"]["Strings"];
                readonly drop?: components["schemas"]["Strings"];
            } | null;
            readonly seccompProfile?: components["schemas"]["Profile"];
            readonly appArmorProfile?: components["schemas"]["Profile"];
            readonly seLinuxOptions?: components["schemas"]["StringMap"];
            readonly windowsOptions?: components["schemas"]["Open"];
        } | null;
        readonly Profile: {
            readonly type?: string | null;
            readonly localhostProfile?: string | null;
        } | null;
        readonly KeysToPaths: readonly {
            readonly key: string;
            readonly path: string;
            readonly mode?: components["schemas"]["FileMode"];
        }[] | null;
        readonly FileMode: number | null;
        readonly DownwardItems: readonly {
            readonly path: string;
            readonly mode?: components["schemas"]["FileMode"];
            readonly fieldRef?: components["schemas"]["FieldReference"];
            readonly resourceFieldRef?: components["schemas"]["ResourceReference"];
        }[] | null;
        readonly Volume: {
            readonly name: string;
            readonly emptyDir?: {
                readonly medium?: string | null;
                readonly sizeLimit?: string | null;
            } | null;
            readonly configMap?: {
                readonly name?: string | null;
                readonly items?: components["schemas"]["KeysToPaths"];
                readonly defaultMode?: components["schemas"]["FileMode"];
                readonly optional?: boolean | null;
            } | null;
            readonly secret?: {
                readonly secretName?: string | null;
                readonly items?: components["schemas"]["KeysToPaths"];
                readonly defaultMode?: components["schemas"]["FileMode"];
                readonly optional?: boolean | null;
            } | null;
            readonly downwardAPI?: {
                readonly items?: components["schemas"]["DownwardItems"];
                readonly defaultMode?: components["schemas"]["FileMode"];
            } | null;
            readonly projected?: {
                readonly defaultMode?: components["schemas"]["FileMode"];
                readonly sources?: readonly {
                    readonly configMap?: {
                        readonly name?: string | null;
                        readonly items?: components["schemas"]["KeysToPaths"];
                        readonly optional?: boolean | null;
                    } | null;
                    readonly secret?: {
                        readonly name?: string | null;
                        readonly items?: components["schemas"]["KeysToPaths"];
                        readonly optional?: boolean | null;
                    } | null;
                    readonly downwardAPI?: {
                        readonly items?: components["schemas"]["DownwardItems"];
                    } | null;
                    readonly serviceAccountToken?: {
                        readonly path: string;
                        readonly audience?: string | null;
                        readonly expirationSeconds?: number | null;
                    } | null;
                }[] | null;
            } | null;
            readonly hostPath?: {
                readonly path: string;
                readonly type?: string | null;
            } | null;
            readonly persistentVolumeClaim?: {
                readonly claimName: string;
                readonly readOnly?: boolean | null;
            } | null;
        };
    };
    responses: {
        /** @description States of the pods asked for, or the answer to a ping */
        readonly Status: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": readonly components["schemas"]["PodStatus"][] | components["schemas"]["Ping"];
            };
        };
        /** @description The log, chunk by chunk; empty for a container that has not started */
        readonly LogStream: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "text/plain": string;
            };
        };
        /** @description A wrong request; the text names the field */
        readonly BadRequest: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "text/plain": components["schemas"]["ErrorText"];
            };
        };
        /** @description Any other failure */
        readonly Failure: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "text/plain": components["schemas"]["ErrorText"];
            };
        };
    };
    parameters: {
        /** @description The caller's name for this call; it is in every log line of the request. */
        readonly Session: string;
    };
    requestBodies: {
        readonly Pods: {
            readonly content: {
                readonly "application/json": readonly components["schemas"]["Pod"][];
            };
        };
        readonly Log: {
            readonly content: {
                readonly "application/json": components["schemas"]["LogRequest"];
            };
        };
    };
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getStatus: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The caller's name for this call; it is in every log line of the request. */
                readonly "InterLink-Http-Session"?: components["parameters"]["Session"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["Pods"];
        readonly responses: {
            readonly 200: components["responses"]["Status"];
            readonly 400: components["responses"]["BadRequest"];
            readonly default: components["responses"]["Failure"];
        };
    };
    readonly postStatus: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The caller's name for this call; it is in every log line of the request. */
                readonly "InterLink-Http-Session"?: components["parameters"]["Session"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["Pods"];
        readonly responses: {
            readonly 200: components["responses"]["Status"];
            readonly 400: components["responses"]["BadRequest"];
            readonly default: components["responses"]["Failure"];
        };
    };
    readonly getLogs: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The caller's name for this call; it is in every log line of the request. */
                readonly "InterLink-Http-Session"?: components["parameters"]["Session"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["Log"];
        readonly responses: {
            readonly 200: components["responses"]["LogStream"];
            readonly 400: components["responses"]["BadRequest"];
            readonly default: components["responses"]["Failure"];
        };
    };
    readonly postLogs: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The caller's name for this call; it is in every log line of the request. */
                readonly "InterLink-Http-Session"?: components["parameters"]["Session"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: components["requestBodies"]["Log"];
        readonly responses: {
            readonly 200: components["responses"]["LogStream"];
            readonly 400: components["responses"]["BadRequest"];
            readonly default: components["responses"]["Failure"];
        };
    };
    readonly create: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The caller's name for this call; it is in every log line of the request. */
                readonly "InterLink-Http-Session"?: components["parameters"]["Session"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CreateEntry"] | readonly components["schemas"]["CreateEntry"][];
            };
        };
        readonly responses: {
            /** @description The pod is taken on */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CreatedPod"] | readonly components["schemas"]["CreatedPod"][];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            /** @description The pod asks for more than this node allows */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": components["schemas"]["ErrorText"];
                };
            };
            /** @description The deletion of this UID has come already */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": components["schemas"]["ErrorText"];
                };
            };
            /** @description The pod, or the request, is too large */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": components["schemas"]["ErrorText"];
                };
            };
            /** @description The node has not got what the pod asks for */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": components["schemas"]["ErrorText"];
                };
            };
            /** @description The backend is away */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": components["schemas"]["ErrorText"];
                };
            };
            readonly default: components["responses"]["Failure"];
        };
    };
    readonly delete: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The caller's name for this call; it is in every log line of the request. */
                readonly "InterLink-Http-Session"?: components["parameters"]["Session"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Pod"];
            };
        };
        readonly responses: {
            /** @description The pod is gone, or its deletion is recorded */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": components["schemas"]["ErrorText"];
                };
            };
            readonly 400: components["responses"]["BadRequest"];
            /** @description A UID never heard of */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": components["schemas"]["ErrorText"];
                };
            };
            readonly default: components["responses"]["Failure"];
        };
    };
}
