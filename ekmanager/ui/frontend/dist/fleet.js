var be="http://www.w3.org/2000/svg";function l(e,t="",...n){let i=document.createElement(e);return t&&(i.className=t),i.append(...n),i}function A(e,t={}){let n=document.createElementNS(be,e);for(let[i,s]of Object.entries(t))n.setAttribute(i,String(s));return n}function w(e,t,n){let i=l("button",e);return i.type="button",n?(i.append(n),i.setAttribute("aria-label",t),i.title=t):i.textContent=t,i}function x(e,t){e.textContent!==t&&(e.textContent=t)}function p(e,t,n){n===null?e.hasAttribute(t)&&e.removeAttribute(t):e.getAttribute(t)!==n&&e.setAttribute(t,n)}function b(e,t){e.hidden===t&&(e.hidden=!t)}function H(e,t){p(e,"aria-pressed",String(t))}function Lt(e,...t){e.adoptedStyleSheets=t.map(n=>{let i=new CSSStyleSheet;return i.replaceSync(n),i})}function Et(e){let t=e.composedPath()[0];return t instanceof HTMLElement&&(t.isContentEditable||t.matches("input:not([type=checkbox]), textarea, select, [role=textbox], [role=combobox]"))}function Tt({host:e}){let t=getComputedStyle(e).getPropertyValue("--st-background-color").trim(),[n=255,i=255,s=255]=ve(t);p(e,"data-theme",.2126*n+.7152*i+.0722*s<128?"dark":"light")}function ve(e){let t=/^#([0-9a-f]{3,8})$/i.exec(e)?.[1];if(!t)return(e.match(/[\d.]+/g)??[]).slice(0,3).map(Number);let n=t.length<6?[...t].map(i=>i+i).join(""):t;return[0,2,4].map(i=>Number.parseInt(n.slice(i,i+2),16))}var Nt=["","k","M","G","T","P"];function M(e){return S(e)?"–":e.toFixed(0).replace(/\B(?=(\d{3})+$)/g,",")}function Ut(e){if(S(e))return"–";if(e<0)return`-${Ut(-e)}`;let[t,n]=Ht(e,we);return n?`${t} ${n}`:t}function N(e){if(S(e))return"–";let[t,n]=Ht(Math.max(0,e),pt);return`${t} ${n}B`}function zt(e,t){return S(e)||!t?N(e):`${N(e)} of ${N(t)}`}function W(e){return S(e)?"–":`${Ut(e)}/s`}function T(e,t=0){if(S(e))return"–";if(e===0||e===100)return`${e} %`;let n=10**-t;return e>0&&e<n?t?`${n.toFixed(t)} %`:"<1 %":e>100-n&&e<100?`${(100-n).toFixed(t)} %`:`${e.toFixed(t)} %`}function C(e){if(S(e))return"–";let t=Math.max(0,e);if(t>=6e4)return R(t/1e3);if(t===0)return"0 ms";for(let[n,i]of[[1e3,"µs"],[1,"ms"]]){let s=pt(t*n);if(Number(s)<1e3)return`${s} ${i}`}return`${pt(t/1e3)} s`}function R(e){if(S(e))return"–";let t=Math.max(0,Math.trunc(e));return t<60?`${t} s`:t<3600?`${Math.trunc(t/60)} min`:t<86400?Ot(Math.trunc(t/3600),"h",Math.trunc(t%3600/60),"min"):Ot(Math.trunc(t/86400),"d",t<10*86400?Math.trunc(t%86400/3600):0,"h")}function ut(e,t){return S(e)?"–":t-e<5?"just now":`${R(t-e)} ago`}function O(e){if(S(e))return"–";let t=new Date(e*1e3);return`${[t.getFullYear(),t.getMonth()+1,t.getDate()].map(Ct).join("-")} ${[t.getHours(),t.getMinutes(),t.getSeconds()].map(Ct).join(":")}`}function Ct(e){return String(e).padStart(2,"0")}function S(e){return e==null||!Number.isFinite(e)}function Ht(e,t){let n=0;for(;n<Nt.length-1&&Number(t(e))>=1e3;)e/=1e3,n+=1;return[t(e),Nt[n]]}function pt(e){return e<9.95?Dt(e.toFixed(1)):e.toFixed(0)}function we(e){return Dt(e.toFixed(e<9.995?2:e<99.95?1:0))}function Dt(e){return e.includes(".")?e.replace(/\.?0+$/,""):e}function Ot(e,t,n,i){return n?`${e} ${t} ${n} ${i}`:`${e} ${t}`}var F=14;function Rt(e,t){let n=[...e],i=[],s=()=>n.reduce((r,o)=>r+o.min+F,-F);for(;s()>t;){let r=n.reduce((o,a)=>a.drop>o.drop?a:o);if(r.drop===0)break;n.splice(n.indexOf(r),1),i.push(r)}return i.sort((r,o)=>r.drop-o.drop),{shown:n,dropped:i}}function jt({min:e,grow:t}){return t?`minmax(${e}px, ${t}fr)`:`${e}px`}function D(e,t){let n=l("span","figure");return{node:n,set(i,s){let r=e(i,s);x(n,r),n.classList.toggle("none",r==="–"),t&&p(n,"title",t(i,s)||null)}}}function Bt(e=t=>t.tags){let t=l("span","tags"),n="";return{node:t,set(i){let s=e(i),r=s.join(`
`);r!==n&&(n=r,t.title=s.join(", "),t.replaceChildren(...s.map(o=>l("span","tag",o))))}}}var ye={search:"M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.4 3.4",clear:"M4 4l8 8M12 4l-8 8",more:"M3.2 8h.01M8 8h.01M12.8 8h.01",edit:"M3 13l.6-2.8L10.8 3a1.3 1.3 0 0 1 1.9 0l.3.3a1.3 1.3 0 0 1 0 1.9L5.8 12.4 3 13Z",table:"M2.5 4h11M2.5 8h11M2.5 12h11",columns:"M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",cards:"M2.5 3h4.6v4.2H2.5zM8.9 3h4.6v4.2H8.9zM2.5 8.8h4.6V13H2.5zM8.9 8.8h4.6V13H8.9z",comfortable:"M2.5 4.2h11M2.5 11.8h11",compact:"M2.5 3h11M2.5 6.3h11M2.5 9.7h11M2.5 13h11",down:"M4 6.2 8 10l4-3.8",ascending:"M8 12.5v-9M4.5 7 8 3.5 11.5 7",descending:"M8 3.5v9M4.5 9 8 12.5 11.5 9",check:"M3.5 8.5l3 3 6-7",shared:"M5.8 7.4a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM1.8 13c0-2.2 1.8-3.6 4-3.6s4 1.4 4 3.6M10.6 3.2a2.1 2.1 0 0 1 0 4M11.8 9.6c1.5.4 2.5 1.6 2.5 3.4",private:"M4 7.2h8V13H4zM5.7 7.2V5a2.3 2.3 0 0 1 4.6 0v2.2"};function k(e){let t=A("svg",{viewBox:"0 0 16 16",class:`icon icon-${e}`,"aria-hidden":"true"});return t.append(A("path",{d:ye[e]})),t}function Pt(){let e=A("svg",{viewBox:"0 0 16 16",class:"star",role:"img","aria-label":"Default"});return e.append(A("path",{d:"M8 1.6l1.9 4.1 4.5.5-3.3 3 .9 4.4L8 11.4l-4 2.2.9-4.4-3.3-3 4.5-.5Z"})),e}var ft=20;function j(){let e=l("input","check");return e.type="checkbox",e}function V(e,...t){let n=l("div",`cell ${e}`.trim(),...t);return n.setAttribute("role","gridcell"),n}function Kt(){let e=w("icon-button","More actions",k("more"));return e.dataset.act="menu",e.setAttribute("aria-haspopup","menu"),e}function Y(e,t,n,i){p(e,"data-id",n.id),p(e,"data-status",n.status),p(e,"data-selected",t?String(i.selected):null),p(e,"aria-selected",t&&e.role==="row"?String(i.selected):null),p(e,"aria-current",i.current?"true":null),p(e,"aria-label",`${n.name}, ${n.spoken}`);let s=i.active?0:-1;if(e.tabIndex!==s||!e.hasAttribute("tabindex")){e.tabIndex=s;for(let r of e.querySelectorAll("button, input, .beats"))r.tabIndex=s}t&&(t.checked!==i.selected&&(t.checked=i.selected),p(t,"aria-label",`Select ${n.name}`))}var mt=[{name:"offline",word:"Offline",rank:0,chip:4,path:"M2.5 1.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z"},{name:"error",word:"Error",rank:1,chip:3,path:"M6 .4 11.6 6 6 11.6.4 6Z"},{name:"unauthorized",word:"Unauthorized",rank:2,chip:2,path:"M6 .9 11.7 11H.3Z"},{name:"checking",word:"Checking",rank:3,chip:1,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.6v7.2a3.6 3.6 0 0 0 0-7.2Z"},{name:"unknown",word:"Unknown",rank:4,chip:5,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z"},{name:"online",word:"Online",rank:5,chip:0,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z"}],L=Object.fromEntries(mt.map(e=>[e.name,e])),ke={O:"online",F:"offline",U:"unauthorized",E:"error",N:"unknown"};function gt(e){return ke[String(e)]??"unknown"}function B(e=L){let t=A("path",{"fill-rule":"evenodd"}),n=A("svg",{viewBox:"0 0 12 12",class:"mark","aria-hidden":"true"});n.append(t);let i;return{node:n,set(s){s!==i&&(i=s,t.setAttribute("d",e[s].path),n.setAttribute("data-status",s))}}}var $e=["id","name","url","description","tags","letter","flags","reason","hint","since","beatsAt","beats","latency","uptime","version","cpu","memoryUsed","memoryTotal","running","stopped","failing","records","changedAt","serverUptime"];function Wt(e){let t=Object.fromEntries($e.map((o,a)=>[o,e[a]??null])),{letter:n,flags:i,...s}=t,r=gt(n);return{...s,status:r,shown:i&1?"checking":r,isDefault:!!(i&2),shared:!!(i&4),demo:!!(i&8),text:[s.name,s.url,s.description,s.version,...s.tags].join(`
`).toLowerCase()}}function Ft(e,t){let n=[],i=0,s=0;for(let[,r,o,a]of e.matchAll(/([A-Z])([0-9a-z]*)(?::([0-9a-z]+))?/g))a&&(s=Number.parseInt(a,36)),i+=s,n.push({at:i,status:gt(r),latency:o?Number.parseInt(o,36):null});for(let r of n)r.at+=t-i;return n}var I=30,q=5,_t=20,Vt={online:(e,t)=>P(e,4,t,12),offline:(e,t)=>P(e,0,t,20),error:(e,t)=>P(e,0,t,8.4)+P(e,11.6,t,8.4),unauthorized:(e,t)=>`M${e} 17.5V5L${e+t/2} .5 ${e+t} 5V17.5Z`,unknown:(e,t)=>P(e,8,t,4)};function P(e,t,n,i){let s=n/2;return`M${e} ${t+1.2}q0-1.2 ${s}-1.2t${s} 1.2v${i-2.4}q0 1.2-${s} 1.2t-${s}-1.2Z`}function K(e,t=3.2){let n=A("rect",{class:"cursor",y:-3,width:q,height:_t+6,rx:1.5}),i=Object.fromEntries(["none",...Object.keys(Vt)].map(f=>[f,A("path",{"data-status":f})])),s=A("svg",{viewBox:`0 0 ${I*q} ${_t}`,preserveAspectRatio:"none"});s.append(n,...Object.values(i));let r=l("div","beats",s);r.setAttribute("role","slider"),r.setAttribute("aria-label","Last checks"),r.setAttribute("aria-readonly","true"),r.setAttribute("aria-valuemin","1"),r.tabIndex=-1;let o=[],a="",c=-1,d=null,u=f=>{d=f===null||!o.length?null:Math.min(Math.max(f,0),o.length-1),m()},m=()=>{let f=d===null?void 0:o[d];if(r.classList.toggle("has-cursor",f!==void 0),p(r,"aria-valuemax",String(Math.max(1,o.length))),p(r,"aria-valuenow",String((d??o.length-1)+1)),p(r,"aria-valuetext",f?Se(f):Le(o)),!f||d===null){e.hide(r);return}let h=I-o.length+d;n.setAttribute("x",String(h*q-.9));let v=s.getBoundingClientRect(),y=v.width/I;e.show(r,{left:v.left+h*y,width:y,top:v.top,bottom:v.bottom},Me(f))},g=f=>{let h=s.getBoundingClientRect(),y=Math.floor((f.clientX-h.left)/h.width*I)-(I-o.length);u(y<0?null:y)};return r.addEventListener("pointermove",g),r.addEventListener("pointerleave",()=>u(null)),r.addEventListener("focus",()=>r.matches(":focus-visible")&&u(o.length-1)),r.addEventListener("blur",()=>u(null)),r.addEventListener("keydown",f=>{let h=d??o.length,v={ArrowLeft:h-1,ArrowRight:h+1,Home:0,End:o.length-1}[f.key];v!==void 0&&(f.preventDefault(),f.stopPropagation(),u(v))}),{node:r,set(f){if(f.beats===a&&f.beatsAt===c)return;let h=f.beatsAt!==c;a=f.beats,c=f.beatsAt;let v=o[d??-1]?.at;if(o=Ft(a,c),Ae(i,o,t),d!==null&&h&&r.matches(":focus-visible")){let y=o.findIndex($=>Math.abs($.at-(v??0))<1);u(y===-1?d:y)}else m()}}}function Ae(e,t,n){let i=Object.fromEntries(Object.keys(e).map(s=>[s,""]));for(let s=0;s<I;s+=1){let r=t[s-(I-t.length)],o=s*q;r?i[r.status]+=Vt[r.status]?.(o,n)??"":i.none+=P(o,9,n,2.4)}for(let[s,r]of Object.entries(i))p(e[s],"d",r)}function Me(e){let t=B();t.set(e.status);let n=l("span","tip-status",t.node,L[e.status].word);return e.latency!==null&&n.append(l("b","",C(e.latency))),[n,l("span","tip-time",O(e.at))]}function Se(e){let t=e.latency===null?"":`, ${C(e.latency)}`;return`${O(e.at)}, ${L[e.status].word}${t}`}function Le(e){return e.length?`${e.filter(n=>n.status==="online").length} of the last ${e.length} checks online`:"not checked yet"}function Zt(e){history.pushState({},"",e),dispatchEvent(new PopStateEvent("popstate",{state:history.state}))}function J(e,t){return e.replace("{id}",encodeURIComponent(t))}var Ee={name:{id:"name",label:"Server",min:150,narrow:84,grow:2.2,drop:0,build:Oe},status:{id:"status",label:"Status",min:116,narrow:110,grow:.5,drop:0,build:Ue},beats:{id:"beats",label:"Last 30 checks",min:150,drop:5,yields:["connections"],build:e=>K(e)},latency:{id:"latency",label:"Latency",min:68,align:"end",drop:3,yields:["connections"],build:()=>D(e=>C(e.latency)),fact:e=>e.latency===null?"":C(e.latency)},uptime:{id:"uptime",label:"24 h",min:66,align:"end",drop:6,yields:["connections"],build:()=>D(e=>T(e.uptime,2)),fact:e=>e.uptime===null?"":`24 h ${T(e.uptime,2)}`},cpu:{id:"cpu",label:"CPU",min:56,align:"end",drop:7,yields:["overview"],build:()=>Gt(e=>[T(e.cpu),e.cpu,""]),fact:e=>e.cpu===null?"":`CPU ${T(e.cpu)}`},memory:{id:"memory",label:"Memory",min:68,align:"end",drop:8,yields:["overview"],build:()=>Gt(e=>[N(e.memoryUsed),e.memoryUsed!==null&&e.memoryTotal?100*e.memoryUsed/e.memoryTotal:null,zt(e.memoryUsed,e.memoryTotal)]),fact:e=>e.memoryUsed===null?"":N(e.memoryUsed)},rules:{id:"rules",label:"Rules",min:78,compact:120,align:"end",drop:2,yields:["overview"],build:Ce,fact:e=>e.running===null?"":`${X(e)} rules`},records:{id:"records",label:"Records",min:70,align:"end",drop:9,light:!0,yields:["overview"],build:()=>D(e=>W(e.records)),fact:e=>e.records===null?"":W(e.records)},version:{id:"version",label:"Version",min:58,drop:10,light:!0,build:()=>D(e=>e.version||"–"),fact:e=>e.version},tags:{id:"tags",label:"Tags",min:110,grow:1,drop:4,build:()=>Bt(),fact:e=>e.tags.join(", ")},where:{id:"where",label:"Kept in",min:88,drop:8,light:!0,build:()=>D(e=>e.shared?"Shared":"This browser"),fact:e=>e.shared?"shared":"this browser"},changed:{id:"changed",label:"Changed",min:104,drop:11,light:!0,build:()=>D((e,{now:t})=>ut(e.changedAt,t),Ne),fact:(e,t)=>e.changedAt===null?"":`changed ${ut(e.changedAt,t)}`}},Te={overview:["name","status","beats","latency","uptime","cpu","memory","rules","records","version","changed"],connections:["name","status","beats","latency","uptime","tags","where","version","changed"]};function Yt(e,t,n,{narrow:i,compact:s}){let r=Te[e].filter(a=>!n.has(a)).map(a=>Ee[a]).map(a=>({...a,min:i&&a.narrow||s&&a.compact||a.min})),o=Rt(r,i?0:t);return{...o,second:o.dropped.some(a=>!a.light)}}function Ne(e){return e.changedAt===null?"":O(e.changedAt)}function Gt(e){let t=l("span","figure"),n=l("i","fill"),i=l("i","meter",n),s=l("span","metered",t,i);return{node:s,set(r){let[o,a,c]=e(r);x(t,o),t.classList.toggle("none",o==="–"),p(s,"title",c&&a!==null?`${c} · ${T(a)}`:null);let d=a===null?"0":`${Math.min(100,Math.max(1.5,a)).toFixed(1)}%`;n.style.width!==d&&(n.style.width=d),p(i,"data-level",a===null?"none":a>=90?"high":a>=75?"raised":null)}}}function X(e){return`${e.running} / ${(e.running??0)+(e.stopped??0)+(e.failing??0)}`}function Ce(){let e=l("span","figure"),t=l("span","failing"),n=l("span","rules",e,t);return{node:n,set(i){x(e,i.running===null?"–":X(i)),e.classList.toggle("none",i.running===null),x(t,i.failing?`${i.failing} failing`:""),b(t,!!i.failing);let s=`${i.running} running, ${i.stopped??0} stopped, ${i.failing??0} failing`;p(n,"title",i.running===null?null:s)}}}function Oe(){let e=xt(),t=l("span","sub");return{node:l("span","stack",e.node,t),set(n,i){e.set(n,i);let s=[n.url.replace(/^http:\/\//,"")];for(let r of i.fitted.dropped)r.id!=="changed"&&s.push(r.fact?.(n,i.now)??"");i.mode==="overview"&&s.push(...n.tags),x(t,s.filter(Boolean).join(" · ")),p(t,"title",n.description?`${n.url}
${n.description}`:n.url),b(t,!i.compact&&!i.fitted.second)}}}function xt(){let e=l("a","name");e.tabIndex=-1;let t=Pt();t.append(Object.assign(document.createElementNS("http://www.w3.org/2000/svg","title"),{textContent:"Default"}));let n=l("span","store"),i=l("span","badge","demo"),s=l("span","title",e,t,n,i),r;return{node:s,set(o,{link:a,mixed:c,mode:d}){x(e,o.name),p(e,"title",o.name),p(e,"href",J(a,o.id)),t.style.display=o.isDefault?"":"none",b(i,o.demo),b(n,c&&d==="overview"&&!o.demo),r!==o.shared&&(r=o.shared,n.replaceChildren(k(r?"shared":"private")),n.title=r?"Shared: kept on the server":"Private: kept in this browser")}}}function Ue(){let e=bt(),t=l("span","sub");return{node:l("span","stack",e.node,t),set(n,i){e.set(n,i),x(t,ze(n,i)),p(t,"title",n.since===null?null:`since ${O(n.since)}`),b(t,!i.compact&&!i.fitted.second)}}}function ze(e,{now:t}){return e.shown==="checking"?`was ${L[e.status].word.toLowerCase()}`:e.since===null?"":`for ${R(t-e.since)}`}function bt(){let e=B(),t=l("span"),n=l("span","status",e.node,t);return{node:n,set(i){e.set(i.shown),x(t,L[i.shown].word),p(n,"data-status",i.shown),p(n,"title",[i.reason,i.hint].filter(Boolean).join(`
`)||null)}}}var qt=58,Jt=28,He=3;function vt(e){return!!e.reason&&e.shown!=="online"&&e.shown!=="unknown"}function Z(e){return[!e.reason||/[.!?…:]$/.test(e.reason)?e.reason:`${e.reason}.`,e.hint].filter(Boolean).join(" ")}function Xt(e,t,n,i){let s=e.shown.map(h=>({column:h,cell:h.build(n)})),r=l("div","line"),o=l("div","row",r);o.role="row";let a=i.select?j():null;a&&r.append(V("select",a));let c=a?2:1,d=e.shown.filter(h=>h.yields?.includes(t)),u=null;for(let{column:h,cell:v}of s){let y=d.length>=He&&d.includes(h),$=V(`${h.align==="end"?"end":""}${y?" yields":""}`,v.node);$.dataset.column=h.id,$.style.gridColumn=String(c),y&&(u=[u?.[0]??c,c+1]),r.append($),c+=1}let m=u?V("why"):null;m&&u&&(m.style.gridColumn=`${u[0]} / ${u[1]}`,r.append(m));let g=i.act?yt():null;g&&r.append(V("actions",g));let f=e.second?De(e.dropped,n):null;return f&&o.append(f.node),{node:o,set(h,v,y){let $=vt(h);r.classList.toggle("unwell",$&&m!==null);for(let{cell:E}of s)E.set(h,v);if(m){let E=$?Z(h):"";x(m,E),p(m,"title",E||null),p(m,"data-status",h.shown)}f?.set(h,v,$&&m===null),Y(o,a,wt(h),y),p(o,"aria-rowindex",String(y.index+2))}}}function wt(e){return{id:e.id,name:e.name,status:e.shown,spoken:e.shown}}function yt(){let e=w("icon-button","Edit",k("edit"));return e.dataset.act="edit",l("span","buttons",e,Kt())}function De(e,t){let n=e.some(c=>c.id==="beats")?K(t):null,i=e.some(c=>c.id==="rules")?l("span","failing"):null,s=l("span","facts-text"),r=l("span","facts",...i?[i]:[],s),o=l("div","more");o.setAttribute("role","gridcell"),n&&o.append(n.node),o.append(r);let a=e.flatMap(c=>c.fact??[]);return{node:o,set(c,d,u){n?.set(c);let m=a.map(f=>f(c,d.now)).filter(Boolean).join(" · "),g=u?Z(c):m;x(s,g),i&&x(i,c.failing&&!u?`${c.failing} failing · `:""),p(r,"title",u?g:null)}}}var Ie=[{label:"Latency",of:e=>C(e.latency)},{label:"24 h",of:e=>T(e.uptime,2)},{label:"CPU",of:e=>T(e.cpu),alert:e=>(e.cpu??0)>=90},{label:"Memory",of:e=>N(e.memoryUsed)}];function Qt(e,t){let n=xt(),i=t.select?j():null,s=l("div","card-head",...i?[i]:[],n.node,...t.act?[yt()]:[]),r=l("div","sub card-url"),o=bt(),a=l("span","card-note"),c=K(e,2.2),d=Ie.map(({label:h,of:v,alert:y})=>{let $=l("dd");return{node:l("div","",l("dt","",h),$),value:$,of:v,alert:y}}),u=l("div","card-why"),m=l("dl","card-figures",...d.map(h=>h.node)),g=l("div","card-foot"),f=l("div","card",s,r,l("div","card-status",o.node,a),c.node,m,u,g);return f.role="listitem",{node:f,set(h,v,y){let{now:$}=v,E=vt(h);n.set(h,v),o.set(h,v),c.set(h),x(r,h.url.replace(/^http:\/\//,"")),p(r,"title",h.description?`${h.url}
${h.description}`:h.url),x(a,h.since===null?"":`for ${R($-h.since)}`),p(a,"title",h.since===null?null:`since ${O(h.since)}`),b(m,!E),b(u,E),x(u,E?Z(h):""),p(u,"title",E?Z(h):null);for(let{value:St,of:ge,alert:xe}of d)x(St,ge(h,$)),St.classList.toggle("failing",xe?.(h)??!1);Re(g,h),Y(f,i,wt(h),y)}}}function Re(e,t){let n=[["",t.running===null?"":`${X(t)} rules`],["failing",t.running!==null&&t.failing?`${t.failing} failing`:""],["",t.records===null?"":W(t.records)],["",t.version]].filter(([,i])=>i);e.textContent!==n.map(([,i])=>i).join(" · ")&&e.replaceChildren(...n.flatMap(([i,s],r)=>[r?" · ":"",l("span",i,s??"")]))}var Q=class{node=l("div","bulk");#t=l("span","bulk-count");#n=l("span","bulk-note");#e=l("span","bulk-buttons");#s="";constructor(t,n){let i=w("link","Clear selection");i.addEventListener("click",n.unselect),this.node.append(this.#t,this.#n,this.#e,i),this.node.setAttribute("role","group"),this.node.setAttribute("aria-label",t),this.#e.addEventListener("click",s=>{let r=s.target.closest("button")?.dataset.act;r&&n.act(r)})}set(t,n,i=""){b(this.node,t>0),x(this.#t,`${M(t)} selected`),x(this.#n,i),b(this.#n,i!=="");let s=JSON.stringify(n);s!==this.#s&&(this.#s=s,this.#e.replaceChildren(...n.map(({label:r,act:o,danger:a})=>{let c=w(`control${a?" danger":""}`,r);return c.dataset.act=o,c})))}};var U=4;function kt(e,t,n){let i=t.getBoundingClientRect(),{width:s,height:r}=e.getBoundingClientRect(),o=n==="end"?i.right-s:i.left,a=i.bottom+U,c=a+r>innerHeight-U&&i.top-U-r>0?i.top-U-r:a;e.style.left=`${Math.max(U,Math.min(o,innerWidth-s-U))}px`,e.style.top=`${Math.max(U,Math.min(c,innerHeight-r-U))}px`}var tt=class{#t=l("div","menu");#n=null;#e=()=>{};constructor(t){this.#t.popover="auto",this.#t.setAttribute("role","menu"),this.#t.addEventListener("keydown",n=>this.#i(n)),this.#t.addEventListener("toggle",n=>{n.newState==="closed"&&this.#s()}),t.append(this.#t)}get isOpen(){return this.#t.matches(":popover-open")}open(t,n,i){this.isOpen&&this.#t.hidePopover(),this.#n=t,this.#e=i,this.#t.replaceChildren(...n.map(s=>{let r=w(`menu-item${s.danger?" danger":""}${s.apart?" apart":""}`,s.label);return r.setAttribute("role","menuitem"),r.tabIndex=-1,r.addEventListener("click",()=>{this.#t.hidePopover(),this.#e(s.act)}),r})),t.setAttribute("aria-expanded","true"),this.#t.showPopover(),kt(this.#t,t,"end"),this.#t.firstElementChild?.focus()}close(){this.isOpen&&this.#t.hidePopover()}#s(){let t=this.#t.getRootNode().activeElement;this.#n?.setAttribute("aria-expanded","false"),(!t||this.#t.contains(t))&&this.#n?.focus({preventScroll:!0}),this.#n=null}#i(t){let n=[...this.#t.children],i=n.indexOf(t.target),s={ArrowDown:i+1,ArrowUp:i-1,Home:0,End:n.length-1,Tab:-2}[t.key];s!==void 0&&(t.preventDefault(),t.stopPropagation(),s===-2?this.#t.hidePopover():n[(s+n.length)%n.length]?.focus())}};var je=12,et=class{button=l("button","control");#t=l("div","panel");#n=l("div","panel-list");#e=l("input","panel-find");#s;#i;#o=new Map;#a="";constructor(t,n,i,...s){this.#s=n,this.#i=i,this.button.type="button",this.#t.popover="auto",this.#t.setAttribute("role","group"),this.#t.setAttribute("aria-label",n),this.#e.type="search",this.#e.placeholder=`Find in ${n.toLowerCase()}`,this.#e.setAttribute("aria-label",this.#e.placeholder),this.#e.addEventListener("input",()=>this.#d()),this.#t.append(this.#e,this.#n,...s),t.append(this.#t),this.button.popoverTargetElement=this.#t,this.#t.addEventListener("toggle",()=>{this.#t.matches(":popover-open")&&kt(this.#t,this.button,"start")})}set(t,n,i=!0){let s=new Map(t);for(let o of n)s.has(o)||s.set(o,{note:0});b(this.button,s.size>0);let r=i&&n.length?`${this.#s}: ${n.join(", ")}`:this.#s;this.#a!==r&&(this.#a=r,this.button.replaceChildren(l("span","control-text",r),k("down"))),this.button.classList.toggle("is-on",i&&n.length>0),[...s.keys()].join(`
`)!==[...this.#o.keys()].join(`
`)&&(this.#o=new Map([...s].map(([o,a])=>[o,this.#r(o,a.label)])),this.#n.replaceChildren(...[...this.#o.values()].map(({node:o})=>o)),b(this.#e,s.size>je),this.#d());for(let[o,a]of this.#o){a.input.checked=n.includes(o);let c=s.get(o)?.note??0;x(a.note,typeof c=="number"?M(c):c)}}#d(){let t=this.#e.hidden?"":this.#e.value.trim().toLowerCase();for(let[n,{node:i}]of this.#o)b(i,n.toLowerCase().includes(t))}#r(t,n=t){let i=l("input","check");i.type="checkbox",i.addEventListener("change",()=>this.#i(t));let s=l("span","chip-count");return{node:l("label","panel-row",i,l("span","panel-text",n),s),input:i,note:s}}};function te(e,{placeholder:t,label:n}){e.type="search",e.placeholder=t,e.setAttribute("aria-label",n),e.setAttribute("aria-keyshortcuts","/"),e.spellcheck=!1;let i=l("kbd","","/");return i.setAttribute("aria-hidden","true"),l("label","search",k("search"),e,i)}function ee(e,t,n){document.addEventListener("keydown",i=>{i.key!=="/"||i.ctrlKey||i.metaKey||i.altKey||Et(i)||document.querySelector("[role=dialog]")||!e.isConnected||(i.preventDefault(),e.focus(),e.select())},{signal:t}),e.addEventListener("keydown",i=>{i.key!=="Escape"||!e.value||(i.preventDefault(),n())})}var it=new Intl.Collator(void 0,{numeric:!0,sensitivity:"base"});function ne(e,t,n,i=Be){let s=n?-1:1,r=e.map(o=>({row:o,key:t(o)}));return r.sort((o,a)=>{if(o.key===null||a.key===null){if(o.key!==a.key)return o.key===null?1:-1}else{let c=typeof o.key=="string"?it.compare(o.key,String(a.key)):o.key-a.key;if(c)return s*c}return i(o.row,a.row)}),r.map(({row:o})=>o)}function Be(e,t){return it.compare(e.name,t.name)||(e.id<t.id?-1:1)}function ie(e,t){let n=new Map(e.map(a=>[a.id,a])),i=t.flatMap(a=>n.get(a)??[]);if(i.length===e.length)return i;let s=new Set(t),r=new Map,o=null;for(let a of e)s.has(a.id)?o=a.id:r.get(o)?.push(a)||r.set(o,[a]);return[...r.get(null)??[],...i.flatMap(a=>[a,...r.get(a.id)??[]])]}var nt=class{ids=[];outdated=!1;#t="";arrange(t,n,i){let s=i&&n===this.#t,r=s?ie(t,this.ids):t;return this.outdated=s&&r.some((o,a)=>o!==t[a]),this.#t=n,this.ids=r.map(o=>o.id),r}sort(t){let n=new Set(t);return[...this.ids.filter(s=>n.delete(s)),...n]}};var z={name:{label:"Name",value:e=>e.name,steady:!0,down:!1},status:{label:"Status",value:e=>L[e.shown].rank,steady:!0,down:!1},latency:{label:"Latency",value:e=>e.latency,steady:!1,down:!0},uptime:{label:"24 h",value:e=>e.uptime,steady:!1,down:!1},cpu:{label:"CPU",value:e=>e.cpu,steady:!1,down:!0},memory:{label:"Memory",value:e=>e.memoryUsed,steady:!1,down:!0},rules:{label:"Rules",value:Pe,steady:!1,down:!0},records:{label:"Records",value:e=>e.records,steady:!1,down:!0},version:{label:"Version",value:e=>e.version||null,steady:!0,down:!1},changed:{label:"Changed",value:e=>e.changedAt,steady:!0,down:!0}};function Pe(e){return e.running===null?null:(e.failing??0)*1e6+e.running+(e.stopped??0)}function st(e,t,n,i=$t(t)){return(n==="statuses"||!t.statuses.length||t.statuses.includes(e.shown))&&(n==="tags"||t.tags.every(s=>e.tags.includes(s)))&&(n==="where"||!t.where.length||t.where.includes(e.shared?"server":"browser"))&&i.every(s=>e.text.includes(s))}function $t(e){return e.search.toLowerCase().split(/\s+/).filter(Boolean)}function se(e,t){let n=$t(t);return e.filter(i=>st(i,t,null,n))}function re(e){return!!(e.search.trim()||e.statuses.length||e.tags.length||e.where.length)}function oe(e,t){let n=$t(t),i=new Map(Object.keys(L).map(a=>[a,0])),s=new Map([["browser",0],["server",0]]),r=new Map,o=0;for(let a of e){if(st(a,t,"statuses",n)&&(o+=1,i.set(a.shown,(i.get(a.shown)??0)+1)),st(a,t,"where",n)){let d=a.shared?"server":"browser";s.set(d,(s.get(d)??0)+1)}let c=st(a,t,null,n)?1:0;for(let d of a.tags)r.set(d,(r.get(d)??0)+c)}return{all:o,statuses:i,where:s,tags:new Map([...r].sort(([a],[c])=>it.compare(a,c)))}}function ae(e,t){let{value:n}=z[t.sort]??z.name;return ne(e,n,t.descending)}var rt=class{node=l("div","toolbar");search=l("input","search-input");#t;#n=new Map;#e=w("chip","");#s;#i=l("select","control select-control");#o=w("icon-button boxed","Direction",k("ascending"));#a="ascending";#d=w("icon-button boxed","Compact rows",k("compact"));#r;#l=l("span","summary");#m=w("link","Clear filters");#c=w("link","Sort again");#h;#f=l("div","filters");#g=[];constructor(t,n){this.#t=n.change,this.#r=["table","cards"].map(i=>{let s=w("icon-button",i==="table"?"Table":"Cards",k(i));return s.addEventListener("click",()=>n.change({layout:i})),{layout:i,node:s}}),this.#s=new et(t,"Tags",i=>this.#u("tags",i)),this.#h=new Q("Selected servers",{act:n.bulk,unselect:n.unselect}),this.#p(n)}#p(t){let n=te(this.search,{placeholder:"Search name, address, tag",label:"Search servers"});this.search.addEventListener("input",()=>t.change({search:this.search.value},!0));for(let[c,{label:d}]of Object.entries(z))this.#i.append(new Option(d,c));this.#i.setAttribute("aria-label","Sort by"),this.#i.addEventListener("change",()=>{t.change({sort:this.#i.value,descending:z[this.#i.value]?.down??!1})}),this.#o.addEventListener("click",()=>{t.change({descending:this.#o.getAttribute("aria-pressed")!=="true"})}),this.#d.addEventListener("click",()=>{let c=this.#d.getAttribute("aria-pressed")==="true";t.change({density:c?"comfortable":"compact"})});let i=l("span","segments",...this.#r.map(({node:c})=>c));i.setAttribute("role","group"),i.setAttribute("aria-label","Layout");let s=l("span","order",this.#i,this.#o),r=l("span","controls",this.#s.button,s,this.#d,i);this.#e.addEventListener("click",()=>t.change({statuses:[]}));let o=l("div","chips",this.#e);o.setAttribute("role","group"),o.setAttribute("aria-label","Status");for(let c of mt.toSorted((d,u)=>d.chip-u.chip)){let d=B();d.set(c.name);let u=l("span","chip-count"),m=l("button","chip",d.node,l("span","chip-word",c.word),u);m.type="button",m.dataset.status=c.name,m.addEventListener("click",()=>this.#u("statuses",c.name)),o.append(m),this.#n.set(c.name,{node:m,number:u,word:c.word})}for(let[c,d]of[["server","shared"],["browser","private"]]){let u=l("span","chip-count"),m=l("span","chip-word",d==="shared"?"Shared":"Private"),g=l("button","chip",k(d),m,u);g.type="button",g.addEventListener("click",()=>this.#u("where",c)),o.append(g),this.#g.push({where:c,chip:g,number:u})}this.#m.addEventListener("click",t.clear),this.#c.addEventListener("click",t.resort),this.#c.title="The figures moved on since the order was made",this.#l.setAttribute("role","status");let a=l("span","note",this.#c,this.#m,this.#l);this.#f.append(o,a),this.node.append(l("div","top",n,r),this.#f,this.#h.node)}#x={};#u(t,n){let i=this.#x[t];this.#t({[t]:i.includes(n)?i.filter(s=>s!==n):[...i,n]})}set(t){let{view:n,counts:i}=t;this.#x=n,this.search.value!==n.search&&(this.search.value=n.search),x(this.#e,`All ${M(i.all)}`),H(this.#e,!n.statuses.length);for(let[o,{node:a,number:c,word:d}]of this.#n){let u=i.statuses.get(o)??0;x(c,M(u)),H(a,n.statuses.includes(o)),a.classList.toggle("zero",u===0),p(a,"aria-label",`${d}, ${u}`),p(a,"title",d)}for(let{where:o,chip:a,number:c}of this.#g)b(a,t.mixed),x(c,M(i.where.get(o)??0)),H(a,n.where.includes(o));this.#s.set(new Map([...i.tags].map(([o,a])=>[o,{note:a}])),n.tags),this.#b(t),H(this.#d,n.density==="compact");for(let{layout:o,node:a}of this.#r)H(a,o===n.layout);let s=`server${t.total===1?"":"s"}`,r=t.filtered?`${M(t.matching)} of `:"";x(this.#l,`${r}${M(t.total)} ${s}`),b(this.#m,t.filtered),b(this.#c,t.outdated),b(this.#f,t.selected===0),this.#h.set(t.selected,t.bulk)}#b({view:t,sortable:n}){b(this.#i.parentElement,n),this.#i.value!==t.sort&&(this.#i.value=t.sort);let i=t.descending?"descending":"ascending";H(this.#o,t.descending),this.#a!==i&&(this.#a=i,this.#o.replaceChildren(k(i))),p(this.#o,"title",i==="ascending"?"Smallest first":"Largest first")}};var ot=class{node=l("div","head");#t=l("div","line");#n=j();#e=[];#s="";#i;#o;#a={};constructor(t,n){this.#o=t,this.#i=n.sort,this.node.setAttribute("role","rowgroup"),this.#t.setAttribute("role","row"),this.#t.setAttribute("aria-rowindex","1"),this.node.append(this.#t),this.#n.addEventListener("change",()=>n.all(this.#n.checked))}columns(t,n){let i=`${t.map(({id:o})=>o).join(" ")} ${n.select} ${n.act}`;if(i===this.#s)return;this.#s=i,this.#e=[];let s=t.map(o=>{let a=l("div",`cell ${o.align==="end"?"end":""}`.trim());if(a.setAttribute("role","columnheader"),o.title&&(a.title=o.title),this.#o[o.id]){let c=w("sort",o.label);c.append(k("ascending")),c.addEventListener("click",()=>this.#d(o.id)),a.append(c),this.#e.push({sort:o.id,node:a})}else a.append(o.label);return a}),r=l("div","cell select",this.#n);r.setAttribute("role","columnheader"),this.#t.replaceChildren(...n.select?[r]:[],...s)}set(t,n,i,s){this.#a=t,b(this.node,n);for(let{sort:r,node:o}of this.#e){let a=t.descending?"descending":"ascending";p(o,"aria-sort",r===t.sort?a:null)}this.#n.checked=s>0&&i===s,this.#n.indeterminate=i>0&&i<s,p(this.#n,"aria-label",`Select all ${s}`)}#d(t){let n=this.#a.sort===t;this.#i(t,n?!this.#a.descending:this.#o[t]?.down??!1)}};var Ke=50,le=6,at=class{node=l("div","scroller");#t=l("div","canvas");#n=new Map;#e=[];#s=new Map;#i={lineHeight:1,perLine:1,gap:0,build:()=>({node:l("div"),set(){}})};#o={};#a=new Set;#d=null;#r=null;#l=0;#m={x:0,y:0};#c;#h;constructor(t,n,i){this.#c=i,this.#h=t,this.node.setAttribute("aria-label",t),this.node.append(n,this.#t),this.node.addEventListener("scroll",()=>this.#x(),{passive:!0}),this.#t.addEventListener("pointerdown",s=>this.#m={x:s.clientX,y:s.clientY}),this.#t.addEventListener("click",s=>this.#A(s)),this.#t.addEventListener("keydown",s=>this.#w(s)),this.#t.addEventListener("focusin",s=>this.#$(s))}reshape(t,n){let i=n==="cards";this.node.role=i?null:"grid",this.#t.role=i?"list":"rowgroup",this.#t.ariaLabel=i?this.#h:null;let s=this.#e[this.#p()];for(let{node:r}of this.#n.values())r.remove();this.#n.clear(),this.#i=t,s&&this.#f&&this.#b(this.#s.get(s.id)??0,"start")}update(t,n,i,s,r){let o=r&&this.node.scrollTop>0?this.#e[this.#p()]?.id:void 0,a=o===void 0?0:this.#g(this.#s.get(o)??0);this.#e=t,this.#s=new Map(t.map((d,u)=>[d.id,u])),this.#o=n,this.#a=i,this.#d=s,(this.#r===null||!this.#s.has(this.#r))&&(this.#r=t[0]?.id??null);let c=Math.ceil(t.length/this.#i.perLine);if(this.#t.style.height=`${Math.max(0,c*this.#i.lineHeight-this.#i.gap)}px`,this.node.classList.toggle("bounded",this.#f),!r)this.node.scrollTop=0;else if(o!==void 0&&this.#s.has(o)){let d=this.#g(this.#s.get(o)??0)-a;d&&(this.node.scrollTop+=d)}this.#u()}refresh(t){this.#o=t,this.#u()}element(t){return this.#n.get(t)?.node}between(t,n){let[i,s]=[this.#s.get(t),this.#s.get(n)];return i===void 0||s===void 0?[n]:this.#e.slice(Math.min(i,s),Math.max(i,s)+1).map(r=>r.id)}get#f(){return this.#e.length>Ke}#g(t){return Math.floor(t/this.#i.perLine)*this.#i.lineHeight}#p(){return Math.floor(this.node.scrollTop/this.#i.lineHeight)*this.#i.perLine}#x(){this.#l||=requestAnimationFrame(()=>{this.#l=0,this.#u()})}#u(){let{lineHeight:t,perLine:n,gap:i}=this.#i,s=0,r=this.#e.length;if(this.#f){let g=this.node.clientHeight||900;s=Math.max(0,(Math.floor(this.node.scrollTop/t)-le)*n),r=Math.min(r,(Math.ceil((this.node.scrollTop+g)/t)+le)*n)}let o=this.#e.slice(s,r).map((g,f)=>({row:g,index:s+f})),a=this.#r===null?void 0:this.#s.get(this.#r),c=a!==void 0&&(a<s||a>=r),d=c?this.#e[a]:void 0;d&&c&&o.splice(a<s?0:o.length,0,{row:d,index:a});let u=new Set(o.map(({row:g})=>g.id));for(let[g,{node:f}]of this.#n)u.has(g)||(f.remove(),this.#n.delete(g));let m=this.#t.firstChild;for(let{row:g,index:f}of o){let h=this.#n.get(g.id);h||(h=this.#i.build(),this.#n.set(g.id,h)),h.set(g,this.#o,{selected:this.#a.has(g.id),current:g.id===this.#d,active:g.id===this.#r,index:f}),We(h.node,this.#g(f),f%n,n,t-i),m===h.node?m=m.nextSibling:Fe(this.#t,h.node,m)}}#b(t,n){let i=this.#g(t),s=this.node.firstElementChild.offsetHeight,r=this.node.clientHeight-s-this.#i.lineHeight,{scrollTop:o}=this.node;n==="start"||i<o?this.node.scrollTop=i:i>o+r&&(this.node.scrollTop=i-r)}#v(t){return t.target.closest("[data-id]")}#A(t){let n=this.#v(t),i=n?.dataset.id;if(!n||i===void 0)return;let s=t.target,r=s.closest("[data-act]");if(r)return this.#c.act(r.dataset.act,i,r);if(s instanceof HTMLInputElement)return this.#c.select(i,s.checked,t.shiftKey);if(s.closest(".select"))return this.#c.select(i,!this.#a.has(i),t.shiftKey);if(t.ctrlKey||t.metaKey||t.shiftKey)return;s.closest("a")&&t.preventDefault(),(Math.hypot(t.clientX-this.#m.x,t.clientY-this.#m.y)<5||t.detail===0)&&this.#c.open(i)}#w(t){let n=this.#v(t),i=n?.dataset.id;if(!n||i===void 0||t.altKey||t.ctrlKey||t.metaKey)return;let s=this.#s.get(i)??0,{perLine:r}=this.#i,o=r*Math.max(1,Math.floor(this.node.clientHeight/this.#i.lineHeight)-1),a=t.target===n,c={ArrowDown:s+r,ArrowUp:s-r,PageDown:s+o,PageUp:s-o,...a?{Home:0,End:this.#e.length-1}:{},...a&&r>1?{ArrowRight:s+1,ArrowLeft:s-1}:{}}[t.key];if(c!==void 0)t.preventDefault(),this.#M(Math.min(Math.max(c,0),this.#e.length-1));else if(t.key==="Enter"&&a)t.preventDefault(),this.#c.open(i);else if(t.key===" "&&a)t.preventDefault(),n.dataset.selected!==void 0&&this.#c.select(i,!this.#a.has(i),t.shiftKey);else if((t.key==="ContextMenu"||t.key==="F10"&&t.shiftKey)&&a){let d=n.querySelector("[data-act=menu]");if(!d)return;t.preventDefault(),this.#c.act("menu",i,d)}}#M(t){let n=this.#e[t];if(!n)return;this.#r=n.id,this.#f&&this.#b(t,"nearest"),this.#u(),this.element(n.id)?.focus({preventScroll:this.#f})}#$(t){let n=this.#v(t)?.dataset.id;n===void 0||n===this.#r||(this.#r=n,this.#u())}};function We(e,t,n,i,s){for(let[r,o]of Object.entries({"--top":`${t}px`,"--height":`${s}px`,"--column":String(n),"--columns":String(i)}))e.style.getPropertyValue(r)!==o&&e.style.setProperty(r,o)}function Fe(e,t,n){if(t.parentNode===e&&"moveBefore"in e){e.moveBefore(t,n);return}let i=t.isConnected?t.getRootNode().activeElement:null;e.insertBefore(t,n),i&&t.contains(i)&&i.focus({preventScroll:!0})}var lt=class{ids=new Set;#t="";get size(){return this.ids.size}replace(t){this.ids=new Set(t)}keep(t){this.ids=new Set([...this.ids].filter(n=>t.has(n)))}check(t,n,i,s){let r=i&&this.#t?s(this.#t,t):[t];for(let o of r)n?this.ids.add(o):this.ids.delete(o);this.#t=t}};var ce=`:host {
  --surface: var(--st-background-color, #fff);
  --raised: var(--st-secondary-background-color, #f4f6f9);
  --text: var(--st-text-color, #111827);
  --muted: color-mix(in srgb, var(--text) 68%, var(--surface));
  --faint: color-mix(in srgb, var(--text) 22%, var(--surface));
  --line: color-mix(in srgb, var(--text) 11%, var(--surface));
  --edge: color-mix(in srgb, var(--text) 20%, var(--surface));
  --hover: color-mix(in srgb, var(--text) 4.5%, var(--surface));
  --accent: var(--st-primary-color, #2f54c8);
  --online: var(--st-green-color, #16a34a);
  --offline: var(--st-red-color, #d92d20);
  --unauthorized: var(--st-orange-color, #d97706);
  --error: var(--st-violet-color, #7c3aed);
  --checking: var(--st-blue-color, #2563eb);
  --unknown: var(--st-gray-color, #7b8494);
  --online-text: var(--st-green-text-color, #15803d);
  --offline-text: var(--st-red-text-color, #b42318);
  --unauthorized-text: var(--st-orange-text-color, #9a4f05);
  --error-text: var(--st-violet-text-color, #6d28d9);
  --checking-text: var(--st-blue-text-color, #1d4ed8);
  --unknown-text: var(--st-gray-text-color, #5b6472);
  --radius: var(--st-base-radius, 8px);
  --small: 0.8125rem;
  --tiny: 0.75rem;
  color: var(--text);
  font-family: var(--st-font, sans-serif);
  font-size: 0.875rem;
  line-height: 1.35;
  font-variant-numeric: tabular-nums;
}

:host([data-theme="dark"]) {
  color-scheme: dark;
}

:host([data-theme="light"]) {
  color-scheme: light;
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

[hidden] {
  display: none !important;
}

button,
input,
select {
  font: inherit;
  color: inherit;
  letter-spacing: inherit;
}

button {
  cursor: pointer;
  background: none;
  border: 0;
  padding: 0;
}

:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}

.icon {
  width: 16px;
  height: 16px;
  flex: none;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.5;
  stroke-linecap: round;
  stroke-linejoin: round;
}

.icon-more {
  stroke-width: 2.4;
}

.mark {
  width: 10px;
  height: 10px;
  flex: none;
}

[data-status="online"] {
  --tone: var(--online);
  --tone-text: var(--online-text);
}
[data-status="offline"] {
  --tone: var(--offline);
  --tone-text: var(--offline-text);
}
[data-status="unauthorized"] {
  --tone: var(--unauthorized);
  --tone-text: var(--unauthorized-text);
}
[data-status="error"] {
  --tone: var(--error);
  --tone-text: var(--error-text);
}
[data-status="checking"] {
  --tone: var(--checking);
  --tone-text: var(--checking-text);
}
[data-status="unknown"] {
  --tone: var(--unknown);
  --tone-text: var(--unknown-text);
}

.mark {
  fill: var(--tone);
}

.check {
  width: 16px;
  height: 16px;
  margin: 0;
  accent-color: var(--accent);
  cursor: pointer;
}

.menu,
.panel,
.tip {
  position: fixed;
  inset: auto;
  margin: 0;
  color: var(--text);
  background: var(--surface);
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  box-shadow: 0 8px 28px rgb(8 15 30 / 0.16), 0 1px 3px rgb(8 15 30 / 0.1);
  font-size: 0.875rem;
}

.menu {
  padding: 4px;
  min-width: 168px;
}

.menu:popover-open {
  display: grid;
}

.menu-item {
  text-align: left;
  padding: 6px 10px;
  border-radius: calc(var(--radius) - 3px);
}

.menu-item:hover,
.menu-item:focus-visible {
  background: var(--raised);
  outline: none;
}

.menu-item:focus-visible {
  box-shadow: inset 0 0 0 2px var(--accent);
}

.menu-item.apart {
  margin-top: 9px;
  position: relative;
}

.menu-item.apart::before {
  content: "";
  position: absolute;
  inset: -5px 2px auto;
  border-top: 1px solid var(--line);
}

.danger {
  color: var(--offline-text);
}

.panel {
  padding: 6px;
  min-width: 180px;
  max-width: min(320px, 90vw);
  max-height: min(340px, 70vh);
  overflow: auto;
}

.panel-row {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 5px 8px;
  border-radius: calc(var(--radius) - 3px);
  cursor: pointer;
}

.panel-row:hover {
  background: var(--raised);
}

.panel-text {
  flex: 1;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.panel-find {
  width: 100%;
  height: 30px;
  margin-bottom: 4px;
  padding: 0 8px;
  border: 1px solid var(--edge);
  border-radius: calc(var(--radius) - 3px);
  background: var(--surface);
}

.panel-foot {
  display: block;
  margin: 4px 8px;
}

.tip {
  pointer-events: none;
  padding: 6px 10px;
  font-size: var(--small);
  white-space: nowrap;
}

.tip-status {
  display: flex;
  align-items: center;
  gap: 6px;
}

.tip-status b {
  margin-left: auto;
  padding-left: 12px;
  font-weight: 600;
}

.tip-time {
  color: var(--muted);
  font-size: var(--tiny);
}

@media (prefers-reduced-motion: no-preference) {
  .chip,
  .control,
  .icon-button,
  .row,
  .card {
    transition: background-color 0.12s, border-color 0.12s, color 0.12s;
  }
}
`;var de=`.as-cards .scroller {
  border: 0;
  border-radius: 0;
}

.as-cards .scroller.bounded {
  border: 1px solid var(--line);
  border-width: 1px 0;
}

.card {
  --share: calc((100% - (var(--columns) - 1) * 14px) / var(--columns));
  width: var(--share);
  left: calc(var(--column) * (var(--share) + 14px));
  display: flex;
  flex-direction: column;
  padding: 12px 14px;
  gap: 2px;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--surface);
  overflow: hidden;
}

.card::before {
  content: "";
  position: absolute;
  inset: 0 0 auto;
  height: 3px;
  background: var(--tone);
}

.card[data-status="online"]::before {
  opacity: 0.35;
}

.card:hover {
  border-color: var(--edge);
}

.card[aria-current] {
  border-color: var(--accent);
}

.card-head {
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 28px;
}

.card-head .title {
  flex: 1;
}

.card-status {
  display: flex;
  align-items: baseline;
  gap: 8px;
  margin: 4px 0 6px;
}

.card-note {
  color: var(--muted);
  font-size: var(--tiny);
  margin-left: auto;
}

.card .beats {
  width: 100%;
  flex: none;
}

.card-figures {
  display: grid;
  grid-template-columns: 1.05fr 1fr 0.7fr 1fr;
  gap: 8px;
  margin: 10px 0 0;
}

.card-figures dt {
  color: var(--muted);
  font-size: 0.6875rem;
}

.card-figures dd {
  margin: 0;
  font-size: var(--small);
  white-space: nowrap;
}

.card-figures .failing {
  font-size: var(--small);
}

.card-why {
  margin-top: 10px;
  font-size: var(--small);
  line-height: 1.3;
  color: var(--muted);
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 3;
  overflow: hidden;
}

.card-foot {
  margin-top: auto;
  color: var(--muted);
  font-size: var(--tiny);
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}

.compact .card-url,
.compact .card-figures,
.compact .card .card-why {
  display: none;
}
`;var he=`.scroller {
  overflow-anchor: none;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  overflow: clip;
}

.scroller.bounded {
  overflow: hidden auto;
  max-height: clamp(360px, calc(100vh - 210px), 900px);
  overscroll-behavior: auto;
  scrollbar-width: thin;
  scrollbar-color: var(--faint) transparent;
  contain: content;
}

.canvas {
  position: relative;
}

.head {
  position: sticky;
  top: 0;
  z-index: 2;
  background: var(--surface);
  border-bottom: 1px solid var(--line);
  font-size: var(--tiny);
  color: var(--muted);
}

.line {
  display: grid;
  grid-template-columns: var(--tracks);
  column-gap: 14px;
  align-items: center;
  padding: 0 12px;
  min-width: 0;
}

.head .line {
  height: 34px;
}

.row .line {
  min-height: 35px;
}

.sort {
  display: inline-flex;
  align-items: center;
  gap: 3px;
  height: 24px;
  border-radius: 4px;
  white-space: nowrap;
}

.sort:hover,
[aria-sort] .sort {
  color: var(--text);
}

[aria-sort] .sort {
  font-weight: 600;
}

.sort .icon {
  width: 11px;
  height: 11px;
  visibility: hidden;
  margin-right: -14px;
}

.end .sort {
  flex-direction: row-reverse;
}

.end .sort .icon {
  margin: 0 0 0 -14px;
}

[aria-sort] .sort .icon {
  visibility: visible;
}

[aria-sort="descending"] .sort .icon {
  transform: rotate(180deg);
}

.row,
.card {
  position: absolute;
  top: 0;
  left: 0;
  width: 100%;
  height: var(--height);
  transform: translateY(var(--top));
  cursor: pointer;
  contain: layout style;
}

.row {
  border-bottom: 1px solid var(--line);
  display: flex;
  flex-direction: column;
  justify-content: center;
  background: var(--surface);
}

.row:hover {
  background: var(--hover);
}

.row:focus-visible,
.card:focus-visible {
  outline-offset: -2px;
}

.row[aria-current]::before {
  content: "";
  position: absolute;
  inset: 0 auto 0 0;
  width: 3px;
  background: var(--accent);
}

.row[data-selected="true"],
.card[data-selected="true"] {
  background: color-mix(in srgb, var(--accent) 7%, var(--surface));
}

.cell {
  grid-row: 1;
  min-width: 0;
  overflow: hidden;
}

.end + .cell:not(.end) {
  padding-left: 10px;
}

.row .cell[data-column="beats"] {
  overflow: visible;
}

.end {
  text-align: right;
}

.row .end {
  display: grid;
  justify-items: end;
}

.select {
  display: grid;
  place-items: center;
  align-self: stretch;
  overflow: visible;
}

.actions {
  grid-column: -2 / -1;
  overflow: visible;
}

.buttons {
  display: flex;
  gap: 2px;
  justify-content: flex-end;
}

.stack {
  display: grid;
  gap: 1px;
  min-width: 0;
}

.title {
  display: flex;
  align-items: center;
  gap: 6px;
  min-width: 0;
}

.name {
  color: inherit;
  text-decoration: none;
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.row:hover .name,
.card:hover .name {
  text-decoration: underline;
  text-decoration-color: var(--faint);
  text-underline-offset: 3px;
}

.star {
  width: 13px;
  height: 13px;
  flex: none;
  fill: var(--unauthorized);
}

.store {
  display: inline-flex;
  color: var(--muted);
}

.store .icon {
  width: 13px;
  height: 13px;
}

.badge,
.tag {
  flex: none;
  font-size: 0.6875rem;
  line-height: 16px;
  padding: 0 6px;
  border-radius: 8px;
  background: var(--raised);
  color: var(--muted);
  white-space: nowrap;
}

.sub {
  color: var(--muted);
  font-size: var(--tiny);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.status {
  display: inline-flex;
  align-items: center;
  gap: 7px;
  color: var(--tone-text);
  white-space: nowrap;
}

.figure {
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}

.none {
  color: var(--muted);
}

.metered {
  display: grid;
  justify-items: end;
  gap: 3px;
  width: 100%;
}

.meter {
  display: block;
  width: 100%;
  max-width: 56px;
  height: 3px;
  border-radius: 2px;
  background: var(--line);
  overflow: hidden;
}

.meter[data-level="none"] {
  visibility: hidden;
}

.fill {
  display: block;
  height: 100%;
  border-radius: 2px;
  background: var(--muted);
}

.meter[data-level="raised"] .fill {
  background: var(--unauthorized);
}

.meter[data-level="high"] .fill {
  background: var(--offline);
}

.rules {
  display: grid;
  justify-items: end;
  line-height: 1.25;
}

.compact .rules {
  display: flex;
  flex-direction: row-reverse;
  align-items: baseline;
  justify-content: flex-start;
  gap: 8px;
}

.failing {
  color: var(--offline-text);
  font-size: var(--tiny);
  white-space: nowrap;
}

.tags {
  display: flex;
  gap: 4px;
  overflow: hidden;
  mask-image: linear-gradient(to right, #000 calc(100% - 14px), transparent);
}

.why {
  display: none;
  color: var(--muted);
  font-size: var(--small);
  line-height: 1.3;
}

.unwell .yields {
  display: none;
}

.unwell .why {
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}

.compact .unwell .why {
  -webkit-line-clamp: 1;
}

.more {
  display: flex;
  align-items: center;
  gap: 2px 14px;
  padding: 2px 12px 0;
  color: var(--muted);
  font-size: var(--tiny);
  min-width: 0;
}

.fleet[data-mode="connections"] .more {
  padding-left: 46px;
}

.facts {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  max-width: 100%;
}

.more .beats {
  width: 150px;
  flex: none;
}

/* Heartbeats */

.beats {
  height: 20px;
  width: 150px;
  cursor: default;
  border-radius: 3px;
}

.beats svg {
  display: block;
  width: 100%;
  height: 100%;
  overflow: visible;
}

.beats path {
  fill: var(--tone, var(--line));
}

.beats path[data-status="none"] {
  fill: var(--faint);
}

.beats .cursor {
  fill: var(--text);
  opacity: 0;
}

.beats.has-cursor .cursor {
  opacity: 0.14;
}

.compact .row .beats {
  height: 16px;
}
`;var pe=`/* Less room: after the others, which it changes. */

.slim .chip-word {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}

.slim kbd {
  display: none;
}

.narrow .top {
  display: grid;
}

.narrow .search {
  max-width: none;
}

.narrow .controls {
  margin: 0;
}

.narrow .order {
  flex: 1;
}

.narrow .order .select-control {
  flex: 1;
}

.narrow .more {
  flex-direction: column;
  align-items: flex-start;
}

.narrow .facts {
  white-space: normal;
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}

.narrow .row [data-act="edit"] {
  display: none;
}
`;var ue=`.fleet {
  display: block;
  min-width: 0;
}

.toolbar {
  display: grid;
  gap: 10px;
  margin-bottom: 10px;
}

.top {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
}

.search {
  flex: 1 1 220px;
  max-width: 420px;
  min-width: 0;
  display: flex;
  align-items: center;
  gap: 8px;
  height: 36px;
  padding: 0 10px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--surface);
  color: var(--muted);
}

.search:focus-within {
  border-color: var(--accent);
  box-shadow: 0 0 0 1px var(--accent);
}

.search-input {
  flex: 1;
  min-width: 0;
  border: 0;
  outline: 0;
  background: none;
  color: var(--text);
  padding: 0;
}

.search-input::placeholder {
  color: var(--muted);
  opacity: 1;
}

.search-input::-webkit-search-cancel-button {
  filter: grayscale(1);
}

kbd {
  font: inherit;
  font-size: 0.6875rem;
  line-height: 16px;
  padding: 0 5px;
  border: 1px solid var(--line);
  border-radius: 4px;
}

.search:focus-within kbd {
  visibility: hidden;
}

.controls {
  display: flex;
  gap: 8px;
  margin-left: auto;
  min-width: 0;
}

.order {
  display: flex;
  gap: 4px;
  min-width: 0;
}

.control {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  height: 36px;
  padding: 0 12px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--surface);
  min-width: 0;
}

.control:hover,
.icon-button:hover {
  background: var(--raised);
}

.control.is-on {
  border-color: var(--accent);
}

.control.danger {
  border-color: color-mix(in srgb, var(--offline) 45%, var(--surface));
}

.control-text {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  max-width: 180px;
}

.control .icon {
  width: 12px;
  height: 12px;
}

.select-control {
  padding: 0 8px;
  cursor: pointer;
}

.select-control option {
  background: var(--surface);
}

.icon-button {
  display: inline-grid;
  place-items: center;
  width: 28px;
  height: 28px;
  border-radius: calc(var(--radius) - 2px);
  color: var(--muted);
}

.icon-button:hover {
  color: var(--text);
}

.icon-button.boxed {
  width: 36px;
  height: 36px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
}

.icon-button[aria-pressed="true"],
.icon-button[aria-expanded="true"] {
  background: var(--raised);
  color: var(--text);
}

.order .icon-button[aria-pressed] {
  background: none;
}

.segments {
  display: inline-flex;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  padding: 3px;
  gap: 2px;
  height: 36px;
}

.filters,
.bulk {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 16px;
  min-height: 30px;
}

.chips {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
}

.chip {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  height: 28px;
  padding: 0 10px;
  border: 1px solid var(--line);
  border-radius: 14px;
  font-size: var(--small);
  white-space: nowrap;
}

.chip:hover {
  background: var(--raised);
}

.chip[aria-pressed="true"] {
  border-color: var(--accent);
  background: color-mix(in srgb, var(--accent) 10%, var(--surface));
}

.chip .icon {
  width: 13px;
  height: 13px;
}

.chip-count {
  color: var(--muted);
}

.chip.zero .mark {
  opacity: 0.45;
}

.chip.zero .chip-word {
  color: var(--muted);
}

.note {
  display: flex;
  gap: 14px;
  margin-left: auto;
  color: var(--muted);
  font-size: var(--small);
  white-space: nowrap;
}

.link {
  color: var(--st-link-color, var(--accent));
  font-size: var(--small);
  border-radius: 3px;
}

.link:hover {
  text-decoration: underline;
}

.bulk {
  padding: 0 0 0 12px;
  border-left: 3px solid var(--accent);
}

.bulk-count {
  font-weight: 600;
}

.bulk-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
}

.bulk .control {
  height: 30px;
  font-size: var(--small);
}

.empty {
  display: grid;
  justify-items: center;
  gap: 12px;
  padding: 40px 16px;
  border: 1px dashed var(--edge);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}

.empty p {
  margin: 0;
}
`;var G=8,ct=class{#t=l("div","tip");#n=null;constructor(t){this.#t.popover="manual",this.#t.setAttribute("aria-hidden","true"),t.append(this.#t)}show(t,n,i){this.#n=t,this.#t.replaceChildren(...i.map(c=>l("div","",c))),this.#t.matches(":popover-open")||this.#t.showPopover();let{width:s,height:r}=this.#t.getBoundingClientRect(),o=Math.min(Math.max(G,n.left+n.width/2-s/2),innerWidth-s-G),a=n.top-r-G;this.#t.style.left=`${o}px`,this.#t.style.top=`${a>G?a:n.bottom+G}px`}hide(t){t!==void 0&&t!==this.#n||(this.#n=null,this.#t.matches(":popover-open")&&this.#t.hidePopover())}};var dt=class{#t=[];#n="";#e;#s;constructor(t){this.#s=t}take(t){let n=JSON.parse(t),i=JSON.stringify(n);if(i===this.#n)return null;this.#n=i;let s=this.#t.indexOf(i);return s!==-1?(this.#t.splice(0,s+1),null):this.#e===void 0?n:null}soon(t){clearTimeout(this.#e),this.#e=setTimeout(()=>{this.#e=void 0,this.#t=[...this.#t.slice(-20),JSON.stringify(this.#s())]},t)}stop(){clearTimeout(this.#e)}};var qe=400,Je=560,Xe=12,Qe=288,ht=14,fe={shown:[],dropped:[],second:!1},Mt=class{#t;#n=l("section","fleet");#e;#s;#i;#o;#a;#d=l("div","empty");#r=[];#l;#m=new dt(()=>this.#M());#c=new nt;#h=new lt;#f="";#g=0;#p=0;#x="";#u=fe;#b=0;#v=new AbortController;constructor(t){let n=t.parentElement,i=new Set(n.children);this.#t=t,this.#l=JSON.parse(t.data.view),Lt(n,ce,ue,he,de,pe),n.append(this.#n),this.#e=new ct(n),this.#s=new tt(n),this.#i=new rt(n,{change:(r,o)=>this.#w(r,o),clear:()=>this.#w({search:"",statuses:[],tags:[],where:[]}),resort:()=>this.#k({resort:!0}),bulk:r=>this.#$(r,this.#c.sort(this.#h.ids)),unselect:()=>this.#T([])}),this.#o=new ot(z,{sort:(r,o)=>this.#w({sort:r,descending:o}),all:r=>this.#T(r?this.#c.ids:[])}),this.#a=new at("Servers",this.#o.node,{open:r=>this.#N(r),act:(r,o,a)=>r==="menu"?this.#j(o,a):this.#$(r,[o]),select:(r,o,a)=>this.#I(r,o,a)}),this.#n.append(this.#i.node,this.#a.node,this.#d),this.#a.node.addEventListener("scroll",()=>this.#e.hide(),{passive:!0});let s=[...n.children].filter(r=>!i.has(r));this.#v.signal.addEventListener("abort",()=>s.forEach(r=>r.remove())),this.#A()}#A(){let{signal:t}=this.#v,n=new ResizeObserver(()=>this.#U());n.observe(this.#n),t.addEventListener("abort",()=>n.disconnect());let i=setInterval(()=>{!document.hidden&&this.#r.length&&this.#a.refresh(this.#L())},1e3);t.addEventListener("abort",()=>clearInterval(i)),ee(this.#i.search,t,()=>this.#w({search:""}))}destroy(){this.#v.abort(),this.#m.stop()}update(t){this.#t=t;let{data:n}=t;this.#g=n.now-performance.now()/1e3,this.#r=n.rows.map(Wt);let i=new Set(this.#r.map(r=>r.id));this.#h.keep(i),this.#s.isOpen&&!i.has(this.#f)&&this.#s.close();let s=this.#m.take(n.view);s&&(this.#l=s),Tt(t.parentElement),p(this.#n,"data-mode",n.mode),this.#k({resort:s!==null,top:s!==null})}#w(t,n=!1){this.#l={...this.#l,...t},this.#k({resort:!0,top:!("density"in t)}),this.#m.soon(n?qe:0)}#M(){let{search:t,statuses:n,tags:i,where:s,sort:r,descending:o,layout:a,density:c}=this.#l,d={search:t,statuses:n,tags:i,where:s,sort:r,descending:o,layout:a,density:c};return this.#t.setTriggerValue("view",d),d}#$(t,n){if(!n.length)return;this.#b+=1;let[i,s]=t.split(":"),r=`${Date.now().toString(36)}-${this.#b}`;this.#t.setTriggerValue("action",{kind:i,ids:n,to:s??null,nonce:r})}get#C(){return this.#g+performance.now()/1e3}get#y(){return this.#p<Je}get#O(){let t=this.#t.data.mode==="connections";return{select:t,act:t}}get#S(){return this.#r.some(t=>t.shared)&&this.#r.some(t=>!t.shared)}#L(){let{mode:t,link:n}=this.#t.data,i=this.#l.density==="compact";return{now:this.#C,mode:t,link:n,compact:i,mixed:this.#S,fitted:this.#u}}#U(){let t=this.#n.clientWidth;!t||t===this.#p||(this.#p=t,this.#k())}#k({resort:t=!1,top:n=!1}={}){this.#p||(this.#p=this.#n.clientWidth);let{data:i}=this.#t,s=this.#l,r=ae(se(this.#r,s),s),o=this.#z(r,t);this.#H();let a=s.layout==="cards";this.#i.set({view:s,counts:oe(this.#r,s),total:this.#r.length,matching:o.length,filtered:re(s),mixed:this.#S,sortable:a||this.#y,outdated:this.#c.outdated,selected:this.#h.size,bulk:this.#R()});let c=o.filter(d=>this.#h.ids.has(d.id)).length;this.#o.set(s,!a&&!this.#y,c,o.length),p(this.#a.node,"aria-rowcount",a?null:String(o.length+1)),this.#n.classList.toggle("compact",s.density==="compact"),this.#n.classList.toggle("as-cards",a),this.#n.classList.toggle("narrow",this.#y),this.#n.classList.toggle("slim",this.#p<760),b(this.#i.node,this.#r.length>0),b(this.#a.node,o.length>0),this.#D(o.length),this.#a.update(o,this.#L(),this.#h.ids,i.selected,!n)}#z(t,n){let i=z[this.#l.sort]?.steady??!0;return this.#c.arrange(t,`${this.#l.sort} ${this.#l.descending}`,!i&&!n)}#H(){let{mode:t}=this.#t.data,n=this.#l.density==="compact",i=this.#O;if(this.#l.layout==="cards"){let m=Math.max(1,Math.floor((this.#p+ht)/(Qe+ht))),g=(n?132:190)+ht;this.#u=fe,this.#E(`cards ${m} ${g} ${t}`,{lineHeight:g,perLine:m,gap:ht,build:()=>Qt(this.#e,i)});return}let s=new Set(this.#r.some(m=>m.tags.length)?[]:["tags"]),r=this.#y?Jt:qt,o=(i.select?ft+F:0)+(i.act?r+F:0)+2*Xe,a=Yt(t,this.#p-o,s,{narrow:this.#y,compact:n});this.#u=a;let c=a.second?this.#y?58:22:0,d=(n||c?36:54)+c+(c&&!n?8:0),u=[...i.select?[`${ft}px`]:[],...a.shown.map(jt),...i.act?[`${r}px`]:[]].join(" ");this.#n.style.setProperty("--tracks",u),this.#E(`table ${t} ${d} ${a.shown.length} ${u}`,{lineHeight:d,perLine:1,gap:0,build:()=>Xt(a,t,this.#e,i)}),this.#o.columns(a.shown,i)}#E(t,n){t!==this.#x&&(this.#x=t,this.#a.reshape(n,this.#l.layout))}#D(t){if(b(this.#d,t===0),t>0)return;let n=this.#l.search.trim(),i=this.#r.length===0,s=i?this.#t.data.empty:`No server matches${n?` “${n}”`:" these filters"}.`,r=w("control","Clear filters");r.addEventListener("click",()=>this.#w({search:"",statuses:[],tags:[],where:[]})),this.#d.replaceChildren(l("p","",s),...i?[]:[r])}#T(t){this.#h.replace(t),this.#k()}#I(t,n,i){this.#h.check(t,n,i,(s,r)=>this.#a.between(s,r)),this.#k()}#R(){let{canEdit:t,copyTo:n}=this.#t.data,i=this.#h.size;return[{label:"Check now",act:"check"},{label:"Export",act:"export"},...t&&n.length>1?n.map(me):[],...t?[{label:`Delete ${i} server${i===1?"":"s"}`,act:"delete",danger:!0}]:[]]}#j(t,n){let i=this.#r.find(c=>c.id===t);if(!i)return;let{canEdit:s,copyTo:r}=this.#t.data,o=i.shared?"server":"browser";this.#f=t,this.#e.hide();let a=[{label:"Edit",act:"edit"},{label:"Duplicate",act:"duplicate"},i.isDefault?{label:"No longer default",act:"no_default"}:{label:"Set as default",act:"default"},...r.filter(c=>c!==o).map(me)];this.#s.open(n,[{label:"Open",act:"open"},{label:"Test",act:"test"},...s?a:[],{label:"Export",act:"export"},...s?[{label:"Delete",act:"delete",danger:!0,apart:!0}]:[]],c=>c==="open"?this.#N(t):this.#$(c,[t]))}#N(t){Zt(J(this.#t.data.link,t))}};function me(e){return{label:e==="server"?"Copy to the server":"Copy to this browser",act:`copy:${e}`}}var At=new WeakMap;function tn(e){let t=e.parentElement,n=At.get(t)??new Mt(e);return At.set(t,n),n.update(e),()=>{n.destroy(),At.delete(t)}}export{tn as default};
