{{/* The Deployment of a service. Takes a dict: root, name, service (its values over the defaults). */}}
{{- define "cadenza-lib.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "cadenza-lib.fullname" . }}
  labels: {{- include "cadenza-lib.labels" . | nindent 4 }}
spec:
  replicas: {{ .service.replicas }}
  revisionHistoryLimit: 3
  strategy:
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  selector:
    matchLabels: {{- include "cadenza-lib.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "cadenza-lib.labels" . | nindent 8 }}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "8081"
        prometheus.io/path: /metrics
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: {{ .service.gracePeriodSeconds }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        fsGroup: 10001
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: {{ .name }}
          image: "{{ .root.Values.image.repository }}/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          ports:
            - { name: admin, containerPort: 8081 }
            {{- if eq .name "gateway" }}
            - { name: http, containerPort: 8080 }
            {{- end }}
          env:
            - { name: CADENZA_ADMIN_LISTEN, value: "0.0.0.0:8081" }
            {{- if eq .name "gateway" }}
            - { name: CADENZA_HTTP_LISTEN, value: "0.0.0.0:8080" }
            {{- end }}
            - { name: CADENZA_KAFKA_INSTANCE, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: CADENZA_KAFKA_BOOTSTRAP, value: {{ .root.Values.kafka.bootstrap | quote }} }
            - { name: CADENZA_OBJECTS, value: {{ .root.Values.objects.url | quote }} }
            - { name: CADENZA_LOG_LEVEL, value: {{ .root.Values.logLevel | quote }} }
            {{- with .root.Values.otlpEndpoint }}
            - { name: CADENZA_OTLP_ENDPOINT, value: {{ . | quote }} }
            {{- end }}
            {{- with .root.Values.tenantWeights }}
            - { name: CADENZA_TENANT_WEIGHTS, value: {{ . | quote }} }
            {{- end }}
            {{- range $key, $value := .service.env }}
            - { name: {{ $key }}, value: {{ $value | quote }} }
            {{- end }}
          envFrom:
            - secretRef: { name: {{ .service.secretName | default (printf "%s-%s" .root.Values.secretPrefix .name) }} }
          startupProbe:
            httpGet: { path: /healthz, port: admin }
            periodSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: { path: /healthz, port: admin }
            periodSeconds: 10
            timeoutSeconds: 3
          readinessProbe:
            httpGet: { path: /readyz, port: admin }
            periodSeconds: 5
            timeoutSeconds: 3
          resources: {{- toYaml .service.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
      volumes:
        - name: tmp
          emptyDir: { sizeLimit: 256Mi }
{{- end -}}
