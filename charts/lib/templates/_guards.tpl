{{/* What keeps a service available and alone: PodDisruptionBudget and NetworkPolicy. */}}

{{- define "cadenza-lib.disruption" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "cadenza-lib.fullname" . }}
  labels: {{- include "cadenza-lib.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "cadenza-lib.selector" . | nindent 6 }}
{{- end -}}

{{- define "cadenza-lib.network" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "cadenza-lib.fullname" . }}
  labels: {{- include "cadenza-lib.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "cadenza-lib.selector" . | nindent 6 }}
  policyTypes: [Ingress]
  ingress:
    # The admin port: probes and Prometheus.
    - ports: [{ port: admin }]
    {{- if eq .name "gateway" }}
    - ports: [{ port: http }]
    {{- end }}
{{- end -}}
